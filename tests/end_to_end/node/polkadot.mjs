// Drives a development node with @polkadot/api; prints what it found, as JSON: polkadot.mjs URL

import { ApiPromise, HttpProvider, WsProvider } from '@polkadot/api';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';

const answer = console.log;
console.log = console.warn = console.error; // the library talks; the answer alone goes to standard output

const [url] = process.argv.slice(2);
const UNIT = 10n ** 12n;
const TIP = 7n;

await cryptoWaitReady();
const api = await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true });
const pair = (type, uri) => new Keyring({ type, ss58Format: 42 }).addFromUri(uri);
const alice = pair('sr25519', '//Alice');
const [bob, charlie, dave, eve] = ['//Bob', '//Charlie', '//Dave', '//Eve'].map((uri) => pair('sr25519', uri));
const free = async (address, at = api) => (await at.query.system.account(address)).data.free.toBigInt();
const transfer = (dest, value) => api.tx.balances.transferKeepAlive(dest, value);
const named = ({ section, method }) => `${section[0].toUpperCase()}${section.slice(1)}.${method}`;

function reasonOf(error) {
  if (!error) return null;
  if (!error.isModule) return error.toHuman();
  const { section, name } = api.registry.findMetaError(error.asModule);
  return { section, name };
}

/** Signs, sends and waits for finality: where it ended, by which statuses, with which events. */
const sent = (call, signer, options = {}) =>
  new Promise((resolve, reject) => {
    const statuses = [];
    call
      .signAndSend(signer, options, ({ status, events, dispatchError }) => {
        statuses.push(status.type);
        if (!status.isFinalized) return;
        resolve({ statuses, block: status.asFinalized.toHex(), events: events.map(({ event }) => named(event)), error: reasonOf(dispatchError), records: events });
      })
      .catch(reject);
  });
const told = ({ statuses, events, error }) => ({ statuses, events, error });

/** What a subscription tells until there are `count` different values of it. */
const first = (count, subscribe) =>
  new Promise((resolve, reject) => {
    const seen = [];
    const end = subscribe((value) => {
      if (seen.length < count && seen.at(-1) !== value) seen.push(value);
      if (seen.length === count) end.then((stop) => stop()).then(() => resolve(seen));
    });
    end.catch(reject);
  });

const steps = {
  async chain() {
    const [name, properties, health, methods] = await Promise.all([api.rpc.system.chain(), api.rpc.system.properties(), api.rpc.system.health(), api.rpc.rpc.methods()]);
    const http = await ApiPromise.create({ provider: new HttpProvider(url.replace('ws', 'http')), noInitWarn: true });
    const overHttp = (await http.rpc.system.chain()).toString();
    await http.disconnect();
    return {
      name: name.toString(), overHttp, tokens: properties.tokenSymbol.toJSON(), decimals: properties.tokenDecimals.toJSON(),
      isSyncing: health.isSyncing.toJSON(), methods: methods.methods.length,
      specName: api.runtimeVersion.specName.toString(), metadata: api.runtimeMetadata.version, genesisHash: api.genesisHash.toHex(),
    };
  },
  async constants() {
    return { existentialDeposit: api.consts.balances.existentialDeposit.toString(), prefix: api.consts.system.ss58Prefix.toNumber() };
  },
  async storage() {
    const entries = await api.query.system.account.entries();
    const keys = await api.query.system.account.keysPaged({ args: [], pageSize: 5 });
    const multi = await api.query.system.account.multi([alice.address, bob.address]);
    const queries = await api.queryMulti([[api.query.system.account, alice.address], api.query.system.number]);
    return {
      alice: await free(alice.address), multi: multi.map(({ data }) => data.free.toBigInt()), page: keys.length,
      accounts: Object.fromEntries(entries.map(([key, value]) => [key.args[0].toString(), value.data.free.toBigInt()])),
      size: (await api.query.system.account.size(alice.address)).toNumber(), hash: (await api.query.system.account.hash(alice.address)).toHex().length,
      queries: queries.length, genesisHash: (await api.query.system.blockHash(0)).toHex(),
    };
  },
  async proof() {
    const { at, proof } = await api.rpc.state.getReadProof([api.query.system.number.key()]);
    return { at: at.toHex().length, nodes: proof.length };
  },
  async transfers() {
    const kinds = { sr25519: alice, ed25519: pair('ed25519', '//Alice'), ecdsa: pair('ecdsa', '//Alice') };
    const results = {};
    for (const [kind, sender] of Object.entries(kinds)) {
      if (kind !== 'sr25519') await sent(transfer(sender.address, 100n * UNIT), alice);
      for (const [name, era] of [['immortal', { era: 0 }], ['mortal', {}]]) {
        const before = [await free(sender.address), await free(charlie.address)];
        const call = transfer(charlie.address, 3n * UNIT);
        const { partialFee } = await call.paymentInfo(sender, { tip: TIP });
        const nonce = await api.rpc.system.accountNextIndex(sender.address);
        const result = await sent(call, sender, { ...era, tip: TIP });
        const paid = result.records.find(({ event }) => event.section === 'transactionPayment').event.data;
        const fee = paid.actualFee.toBigInt();
        const after = [await free(sender.address), await free(charlie.address)];
        results[`${kind} ${name}`] = {
          ...told(result), spent: before[0] - after[0] - fee, received: after[1] - before[1],
          estimated: partialFee.toBigInt(), fee, tip: paid.tip.toBigInt(),
          nonces: (await api.rpc.system.accountNextIndex(sender.address)).sub(nonce).toNumber(),
        };
      }
    }
    return results;
  },
  async oldBlock() {
    const old = await api.at(await api.rpc.chain.getFinalizedHead());
    const before = await free(dave.address, old);
    const { block } = await sent(transfer(dave.address, UNIT), alice);
    const [then, after, atGenesis] = await Promise.all([free(dave.address, old), free(dave.address, await api.at(block)), free(dave.address, await api.at(api.genesisHash))]);
    const { block: body } = await api.rpc.chain.getBlock(block);
    return { before, then, after, atGenesis, methods: body.extrinsics.map(({ method }) => named(method)) };
  },
  async subscriptions() {
    const best = first(3, (tell) => api.rpc.chain.subscribeNewHeads((header) => tell(header.number.toNumber())));
    const all = first(3, (tell) => api.rpc.chain.subscribeAllHeads((header) => tell(header.number.toNumber())));
    const finalized = first(3, (tell) => api.rpc.chain.subscribeFinalizedHeads((header) => tell(header.number.toNumber())));
    const balances = first(3, (tell) => api.query.system.account(eve.address, ({ data }) => tell(data.free.toBigInt())));
    await new Promise((resolve) => setTimeout(resolve, 200)); // what was subscribed
    for (const value of [1n, 2n]) await sent(transfer(eve.address, value * UNIT), alice);
    return { best: await best, all: await all, finalized: await finalized, balances: await balances };
  },
  async derives() {
    const { number } = await api.derive.chain.getHeader(await api.rpc.chain.getBlockHash());
    const balances = await api.derive.balances.all(alice.address);
    const account = await api.derive.balances.account(alice.address);
    const info = await api.derive.accounts.info(alice.address);
    const { block } = await api.derive.chain.getBlock(await api.rpc.chain.getBlockHash());
    const bestNumber = await api.derive.chain.bestNumber();
    return {
      isHead: number.toNumber() <= bestNumber.toNumber(), lag: (await api.derive.chain.bestNumberLag()).toNumber(),
      available: balances.availableBalance.toBigInt() > 0n, free: account.freeBalance.eq(balances.freeBalance), account: info.accountId.toString(), extrinsics: block.extrinsics.length > 0,
    };
  },
  /** Every derived query of these sections, by name, and whether it is answered. */
  async everyDerive() {
    const hash = await api.rpc.chain.getBlockHash();
    const asked = { getHeader: [hash], getBlock: [hash], getBlockByNumber: [1], votingBalances: [[alice.address]], hasIdentityMulti: [[alice.address]] };
    const answered = {};
    for (const section of ['chain', 'balances', 'accounts']) {
      const names = Object.keys(api.derive[section]).filter((name) => !name.startsWith('_'));
      const usual = section === 'chain' ? [] : [alice.address];
      await Promise.all(names.map(async (name) => {
        const query = api.derive[section][name];
        if (!name.startsWith('subscribe')) await query(...(asked[name] ?? usual));
        else await new Promise((resolve, reject) => query(resolve).then((end) => setTimeout(end, 100)).catch(reject));
      }));
      answered[section] = names.sort();
    }
    return answered;
  },
  async batch() {
    return told(await sent(api.tx.utility.batchAll([transfer(dave.address, UNIT), transfer(eve.address, UNIT)]), alice));
  },
  async failing() {
    return {
      token: told(await sent(transfer(bob.address, 3n * 10n ** 18n), alice)),
      module: told(await sent(api.tx.sudo.sudo(api.tx.system.remark('0x010203')), bob)),
    };
  },
  async future() {
    const nonce = (await api.rpc.system.accountNextIndex(charlie.address)).toNumber();
    const later = sent(transfer(bob.address, UNIT), charlie, { nonce: nonce + 1 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await sent(transfer(bob.address, UNIT), charlie, { nonce });
    return told(await later);
  },
  async pending() {
    const pending = await api.rpc.author.pendingExtrinsics();
    return { pending: pending.length, dryRun: (await api.rpc.system.dryRun((await transfer(bob.address, UNIT).signAsync(alice)).toHex())).toHuman() };
  },
  async refused() {
    const reason = async (send) => {
      try {
        await send();
        return null;
      } catch (error) {
        return { code: error.code, message: error.message, data: error.data };
      }
    };
    const signed = await transfer(bob.address, UNIT).signAsync(alice);
    const forged = api.createType('Extrinsic', signed.toHex());
    forged.addSignature(alice.address, new Uint8Array([1, ...new Uint8Array(64).fill(1)]), { era: signed.era, nonce: signed.nonce, tip: 0, blockHash: api.genesisHash, genesisHash: api.genesisHash, specVersion: 1, transactionVersion: 1, method: signed.method.toHex(), mode: 0 });
    return {
      badSignature: await reason(() => api.rpc.author.submitExtrinsic(forged)),
      stale: await reason(() => transfer(bob.address, UNIT).signAndSend(alice, { nonce: 0 })),
      tooLowBalance: await reason(() => transfer(bob.address, UNIT).signAndSend(pair('sr25519', '//Nobody'))),
      malformedHash: await reason(() => api._rpcCore.provider.send('chain_getHeader', ['0x1234'])),
    };
  },
};

const found = {};
for (const [name, step] of Object.entries(steps)) {
  const began = performance.now();
  try {
    found[name] = await step();
  } catch (error) {
    found[name] = { failed: error.stack ?? String(error) };
  }
  console.error(`${name}: ${Math.round(performance.now() - began)} ms`);
}
answer(JSON.stringify(found, (_, value) => (typeof value === 'bigint' ? value.toString() : value)));
process.exit(0);

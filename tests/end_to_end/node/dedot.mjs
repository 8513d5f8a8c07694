// Drives a development node with dedot; prints what it found, as JSON: dedot.mjs URL v2|legacy

import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { DedotClient, WsProvider } from 'dedot';

const answer = console.log;
console.log = console.warn = console.error; // libraries talk; the answer alone goes to standard output

const [url, rpcVersion] = process.argv.slice(2);
const UNIT = 10n ** 12n;

await cryptoWaitReady();
const pair = (type, uri) => new Keyring({ type, ss58Format: 42 }).addFromUri(uri);
const [alice, bob, charlie, dave, eve] = ['//Alice', '//Bob', '//Charlie', '//Dave', '//Eve'].map((uri) => pair('sr25519', uri));

const client = await DedotClient.new({ provider: new WsProvider(url), rpcVersion });
const free = async (address, at = client) => (await at.query.system.account(address)).data.free;
const transfer = (dest, value) => client.tx.balances.transferKeepAlive(dest.address, value);
const sent = (call, key, options = {}) => call.signAndSend(key, options).untilFinalized();
const errorName = (error) => (error?.type === 'Module' ? client.registry.findErrorMeta(error) : error);
const dispatched = ({ status, events, dispatchError }) => {
  const meta = errorName(dispatchError);
  return {
    status: status.type,
    error: meta?.pallet ? { pallet: meta.pallet, name: meta.name } : (meta ?? null),
    events: events.map(({ event }) => `${event.pallet}.${event.palletEvent?.name ?? event.palletEvent}`),
  };
};
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

// The first values that a subscription tells, as they come.
function collect(subscribe, count) {
  const values = [];
  const done = new Promise((resolve) => {
    subscribe((value) => {
      if (values.length < count && value !== values.at(-1)) values.push(value);
      if (values.length === count) resolve(values);
    });
  });
  return { values, done };
}
async function begun(...collected) {
  while (collected.some(({ values }) => values.length === 0)) await pause();
}

const steps = {
  async chain() {
    const finalized = await client.block.finalized();
    const header = await client.block.header(finalized.hash);
    return {
      rpcVersion: client.rpcVersion,
      name: await client.chainSpec.chainName(),
      genesisHash: await client.chainSpec.genesisHash(),
      properties: await client.chainSpec.properties(),
      isHeaderOfBlock: header.number === finalized.number,
      specName: client.runtimeVersion.specName,
      specVersion: client.runtimeVersion.specVersion,
      metadata: client.metadata.version,
    };
  },
  async constants() {
    return { existentialDeposit: client.consts.balances.existentialDeposit, prefix: client.consts.system.ss58Prefix };
  },
  async storage() {
    const accounts = Object.fromEntries((await client.query.system.account.entries()).map(([key, value]) => [key.address(), value.data.free]));
    const multi = await client.query.system.account.multi([alice.address, bob.address]);
    const different = await client.queryMulti([{ fn: client.query.system.account, args: [alice.address] }, { fn: client.query.system.number, args: [] }]);
    const page = client.rpcVersion === 'legacy' ? await client.query.system.account.pagedEntries({ pageSize: 3 }) : [];
    return { accounts, alice: await free(alice.address), multi: multi.map(({ data }) => data.free), different: [different[0].data.free, typeof different[1]], page: page.length, genesisHash: await client.query.system.blockHash(0) };
  },
  async calls() {
    return {
      nonce: await client.call.accountNonceApi.accountNonce(alice.address),
      specVersion: (await client.call.core.version()).specVersion,
    };
  },
  async transfers() {
    const kinds = { sr25519: alice, ed25519: pair('ed25519', '//Alice//dedot'), ecdsa: pair('ecdsa', '//Alice//dedot') };
    const results = {};
    for (const [kind, sender] of Object.entries(kinds)) {
      if (kind !== 'sr25519') await sent(transfer(sender, 100n * UNIT), alice);
      for (const mortality of [{ type: 'Immortal' }, { type: 'Mortal', period: 64 }]) {
        const before = [await free(sender.address), await free(charlie.address)];
        const call = transfer(charlie, 3n * UNIT);
        const { partialFee } = await call.paymentInfo(sender, { tip: 7n });
        const nonce = (await client.query.system.account(sender.address)).nonce;
        const result = await sent(call, sender, { mortality, tip: 7n });
        const paid = result.events.find(({ event }) => event.pallet === 'TransactionPayment').event.palletEvent.data;
        const after = [await free(sender.address), await free(charlie.address)];
        results[`${kind} ${mortality.type}`] = {
          ...dispatched(result),
          spent: before[0] - after[0] - paid.actualFee,
          received: after[1] - before[1],
          estimated: partialFee,
          fee: paid.actualFee,
          tip: paid.tip,
          nonces: (await client.query.system.account(sender.address)).nonce - nonce,
        };
      }
    }
    return results;
  },
  async oldBlock() {
    const old = await client.block.finalized();
    const before = await free(dave.address);
    const result = await sent(transfer(dave, UNIT), alice);
    const [then, now, genesis] = await Promise.all([client.at(old.hash), client.at(result.status.value.blockHash), client.at(client.genesisHash)]);
    return { before, then: await free(dave.address, then), after: await free(dave.address, now), atGenesis: await free(dave.address, genesis) };
  },
  async subscriptions() {
    const best = collect((listen) => client.block.best((block) => listen(block.number)), 3);
    const finalized = collect((listen) => client.block.finalized((block) => listen(block.number)), 3);
    const balances = collect((listen) => client.query.system.account(eve.address, ({ data }) => listen(data.free)), 3);
    await begun(best, finalized, balances);
    for (const value of [1n, 2n]) await sent(transfer(eve, value * UNIT), alice);
    return { best: await best.done, finalized: await finalized.done, balances: await balances.done };
  },
  async watched() {
    const statuses = [];
    await transfer(bob, UNIT).signAndSend(alice, ({ status }) => statuses.push(status.type)).untilFinalized();
    return { statuses };
  },
  async failing() {
    const sudo = client.tx.sudo.sudo(client.tx.system.remark('0x00').call);
    return { token: dispatched(await sent(transfer(bob, 3n * 10n ** 18n), alice)), module: dispatched(await sent(sudo, bob)) };
  },
  async batch() {
    const calls = [transfer(dave, UNIT), transfer(eve, UNIT)].map(({ call }) => call);
    return { batch: dispatched(await sent(client.tx.utility.batchAll(calls), alice)) };
  },
  async future() {
    const { nonce } = await client.query.system.account(charlie.address);
    const later = sent(transfer(bob, UNIT), charlie, { nonce: nonce + 1 });
    for (let pauses = 0; pauses < 10; pauses++) await pause(); // no status tells that it waits
    const isWaiting = (await client.query.system.account(charlie.address)).nonce === nonce;
    await sent(transfer(bob, UNIT), charlie, { nonce });
    return { isWaiting, later: dispatched(await later) };
  },
  async refused() {
    const reason = async (act) => {
      try {
        await act();
        return null;
      } catch (error) {
        return error.data?.err ? error.data.err.value.type : error.data;
      }
    };
    const signer = { signPayload: async () => ({ id: 1, signature: `0x01${'00'.repeat(64)}` }) };
    const { nonce } = await client.query.system.account(alice.address);
    return {
      badSignature: await reason(() => transfer(bob, UNIT).signAndSend(alice.address, { signer })),
      stale: await reason(() => transfer(bob, UNIT).signAndSend(alice, { nonce: nonce - 1 })),
      tooLowBalance: await reason(() => transfer(bob, UNIT).signAndSend(pair('sr25519', '//Nobody'))),
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
await client.disconnect();
process.exit(0);

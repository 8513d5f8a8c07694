// Drives a development node with polkadot-api; prints what it found, as JSON: papi.mjs URL new|legacy

import './websocket.mjs';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { createClient } from 'polkadot-api';
import { getPolkadotSigner, withMetadataHash } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import { distinct, filter, firstValueFrom, map, take, tap, toArray } from 'rxjs';

const answer = console.log;
console.log = console.warn = console.error; // libraries talk; the answer alone goes to standard output

const [url, family] = process.argv.slice(2);
const UNIT = 10n ** 12n;

await cryptoWaitReady();
const pair = (type, uri) => new Keyring({ type, ss58Format: 42 }).addFromUri(uri);
const signer = (type, uri) => {
  const key = pair(type, uri);
  const kind = { sr25519: 'Sr25519', ed25519: 'Ed25519', ecdsa: 'Ecdsa' }[type];
  return { address: key.address, papi: getPolkadotSigner(key.addressRaw, kind, (data) => key.sign(data)) };
};
const alice = signer('sr25519', '//Alice');
const [bob, charlie, dave, eve, ferdie] = ['//Bob', '//Charlie', '//Dave', '//Eve', '//Ferdie'].map((uri) => signer('sr25519', uri));

// As a node of some years ago: polkadot-api makes up for what rpc_methods does not list.
class LegacySocket extends WebSocket {
  addEventListener(type, listener) {
    super.addEventListener(type, type === 'message' ? ({ data }) => listener({ data: withoutNew(data) }) : listener);
  }
}
function withoutNew(text) {
  const message = JSON.parse(text);
  if (message.result?.methods) message.result.methods = message.result.methods.filter((name) => !name.includes('_v1_'));
  return JSON.stringify(message);
}

const client = createClient(getWsProvider(url, family === 'legacy' ? { websocketClass: LegacySocket } : {}));
const api = client.getUnsafeApi();
const free = async (address, at = 'best') => (await api.query.System.Account.getValue(address, { at })).data.free;
const transfer = (dest, value) => api.tx.Balances.transfer_keep_alive({ dest: { type: 'Id', value: dest }, value });
const dispatched = (result) => ({ ok: result.ok, error: result.ok ? null : result.dispatchError, events: result.events.map((event) => `${event.type}.${event.value.type}`) });

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

// The first values of an observable, as they come.
function collect(observable, count) {
  const values = [];
  const done = firstValueFrom(observable.pipe(tap((value) => values.push(value)), take(count), toArray()));
  return { values, done };
}
async function begun(...collected) {
  while (collected.some(({ values }) => values.length === 0)) await pause();
}

const steps = {
  async chain() {
    const { name, genesisHash, properties } = await client.getChainSpecData();
    const finalized = await client.getFinalizedBlock();
    const header = await client.getBlockHeader(finalized.hash);
    const version = await api.constants.System.Version();
    const core = await api.apis.Core.version();
    return { name, genesisHash, properties, isHeaderOfBlock: header.number === finalized.number, specName: version.spec_name, specVersion: core.spec_version };
  },
  async constants() {
    return { existentialDeposit: await api.constants.Balances.ExistentialDeposit(), prefix: await api.constants.System.SS58Prefix() };
  },
  async metadata() {
    const bytes = await client.getMetadata((await client.getFinalizedBlock()).hash);
    return { version: bytes[4], length: bytes.length };
  },
  async storage() {
    const entries = await api.query.System.Account.getEntries();
    const [first, second] = await api.query.System.Account.getValues([[alice.address], [bob.address]]);
    return {
      alice: await free(alice.address),
      multi: [first.data.free, second.data.free],
      accounts: Object.fromEntries(entries.map(({ keyArgs, value }) => [keyArgs[0], value.data.free])),
      genesisHash: await api.query.System.BlockHash.getValue(0),
    };
  },
  async transfers() {
    const kinds = { sr25519: alice, ed25519: signer('ed25519', '//Alice'), ecdsa: signer('ecdsa', '//Alice') };
    const results = {};
    for (const [kind, sender] of Object.entries(kinds)) {
      if (kind !== 'sr25519') await transfer(sender.address, 100n * UNIT).signAndSubmit(alice.papi);
      for (const mortality of [{ mortal: false }, { mortal: true, period: 64 }]) {
        const before = [await free(sender.address), await free(charlie.address)];
        const call = transfer(charlie.address, 3n * UNIT);
        const fee = await call.getEstimatedFees(sender.address, { tip: 7n });
        const nonce = await api.apis.AccountNonceApi.account_nonce(sender.address, { at: 'best' });
        const result = await call.signAndSubmit(sender.papi, { mortality, tip: 7n });
        const paid = result.events.find((event) => event.type === 'TransactionPayment').value.value;
        const after = [await free(sender.address), await free(charlie.address)];
        results[`${kind} ${mortality.mortal ? 'mortal' : 'immortal'}`] = {
          ...dispatched(result),
          spent: before[0] - after[0] - paid.actual_fee,
          received: after[1] - before[1],
          estimated: fee, fee: paid.actual_fee,
          tip: paid.tip,
          nonces: (await api.apis.AccountNonceApi.account_nonce(sender.address, { at: 'best' })) - nonce,
        };
      }
    }
    return results;
  },
  async metadataHash() {
    const results = {};
    for (const decimals of [12, 10]) {
      const careful = withMetadataHash({ decimals, tokenSymbol: 'UNIT' }, alice.papi);
      results[decimals] = await transfer(dave.address, UNIT).signAndSubmit(careful).then(dispatched, ({ error }) => ({ error }));
    }
    return results;
  },
  async oldBlock() {
    const old = await client.getFinalizedBlock();
    const before = await free(dave.address, old.hash);
    const result = await transfer(dave.address, UNIT).signAndSubmit(alice.papi);
    const release = client.hodlBlock(result.block.hash);
    const genesis = (await client.getChainSpecData()).genesisHash;
    const found = { before, then: await free(dave.address, old.hash), after: await free(dave.address, result.block.hash), atGenesis: await free(dave.address, genesis) };
    release();
    return found;
  },
  async subscriptions() {
    const best = collect(client.bestBlocks$.pipe(map((blocks) => blocks[0].number), distinct()), 3);
    const finalized = collect(client.finalizedBlock$.pipe(map((block) => block.number)), 3);
    const balances = collect(api.query.System.Account.watchValue(eve.address, { at: 'best' }).pipe(map(({ value }) => value.data.free), distinct()), 3);
    const watched = collect(api.event.Balances.Transfer.watch().pipe(filter(({ events }) => events.some(({ payload }) => payload.to === eve.address))), 2);
    await begun(best, finalized, balances);
    for (const value of [1n, 2n]) await transfer(eve.address, value * UNIT).signAndSubmit(alice.papi);
    const events = (await watched.done).flatMap(({ events }) => events.map(({ payload }) => [payload.from, payload.to, payload.amount]));
    return { best: await best.done, finalized: await finalized.done, balances: await balances.done, events };
  },
  async entries() {
    const seen = collect(api.query.System.Account.watchEntries({ at: 'best' }).pipe(filter(({ deltas }) => deltas?.upserted.some(({ args }) => args[0] === ferdie.address))), 2);
    await begun(seen);
    await transfer(ferdie.address, UNIT).signAndSubmit(alice.papi);
    return { entries: (await seen.done).map(({ entries }) => entries.find(({ args }) => args[0] === ferdie.address).value.data.free) };
  },
  async watched() {
    const events = await firstValueFrom(transfer(bob.address, UNIT).signSubmitAndWatch(alice.papi).pipe(toArray()));
    const included = events.find((event) => event.type === 'txBestBlocksState' && event.found);
    const body = await client.getBlockBody(included.block.hash);
    return { types: events.map((event) => event.type), ok: events.at(-1).ok, isInBody: body.length > included.block.index };
  },
  async failing() {
    const token = dispatched(await transfer(bob.address, 3n * 10n ** 18n).signAndSubmit(alice.papi));
    const arithmetic = dispatched(await transfer(bob.address, 10n ** 30n).signAndSubmit(alice.papi));
    const module = dispatched(await api.tx.Sudo.sudo({ call: api.tx.System.remark({ remark: new Uint8Array(3) }).decodedCall }).signAndSubmit(bob.papi));
    return { token, arithmetic, module };
  },
  async batch() {
    const calls = [transfer(dave.address, UNIT), transfer(eve.address, UNIT)].map((call) => call.decodedCall);
    return { batch: dispatched(await api.tx.Utility.batch_all({ calls }).signAndSubmit(alice.papi)) };
  },
  async future() {
    const nonce = await api.apis.AccountNonceApi.account_nonce(charlie.address, { at: 'best' });
    const [later, now] = await Promise.all([1, 0].map((ahead) => transfer(bob.address, UNIT).sign(charlie.papi, { nonce: nonce + ahead })));
    const told = collect(client.submitAndWatch(later), 3);
    await begun(told);
    const isWaiting = nonce === (await api.apis.AccountNonceApi.account_nonce(charlie.address, { at: 'best' }));
    await client.submit(now);
    return { isWaiting, later: dispatched((await told.done).at(-1)) };
  },
  async refused() {
    const reason = async (act) => {
      try {
        await act();
        return null;
      } catch (error) {
        return error.error ?? String(error);
      }
    };
    const poor = signer('sr25519', '//Nobody');
    const forged = getPolkadotSigner(pair('sr25519', '//Alice').publicKey, 'Sr25519', (data) => pair('sr25519', '//Bob').sign(data));
    const signed = await transfer(bob.address, UNIT).sign(alice.papi);
    await client.submit(signed);
    return {
      badSignature: await reason(() => transfer(bob.address, UNIT).signAndSubmit(forged)),
      stale: await reason(() => client.submit(signed)),
      tooLowBalance: await reason(() => transfer(bob.address, UNIT).signAndSubmit(poor.papi)),
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
client.destroy();
process.exit(0);

// Takes a federated round from its opening to its settlement with dedot: dedot_round.mjs URL

import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { DedotClient, WsProvider } from 'dedot';
import { MODEL, takeRound } from './round.mjs';

const answer = console.log;
console.log = console.warn = console.error; // libraries talk; the answer alone goes to standard output

const [url] = process.argv.slice(2);
await cryptoWaitReady();
const accounts = Object.fromEntries(['Alice', 'Bob', 'Charlie', 'Dave', 'Eve'].map((name) => {
  const key = new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri(`//${name}`);
  return [name.toLowerCase(), { address: key.address, account: key.addressRaw, key }];
}));
const client = await DedotClient.new({ provider: new WsProvider(url), rpcVersion: 'v2' });
const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

// dedot has names in camelCase, and variants without fields as strings
const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const lower = (name) => name[0].toLowerCase() + name.slice(1);
function own(value) {
  if (Array.isArray(value)) return value.map(own);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  if ('type' in value && !('value' in value)) return value.type;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [camel(name), own(each)]));
}

const chain = {
  accounts,
  address: (account) => account.address(),
  call: (pallet, name, values) => client.tx[lower(pallet)][camel(name)](...Object.values(values).map(own)),
  sudo: (call) => client.tx.sudo.sudo(call.call),
  encoded: (call) => call.callU8a,
  async block(...sent) {
    const results = sent.map(([who, call]) => call.signAndSend(who.key).untilFinalized());
    while ((await client.rpc.author_pendingExtrinsics()).length < sent.length) await pause();
    const { hash } = await client.rpc.engine_createBlock(true, true, null);
    for (const { dispatchError } of await Promise.all(results)) if (dispatchError) throw new Error(JSON.stringify(dispatchError));
    while ((await client.block.finalized()).hash !== hash) await pause();
  },
  read: (pallet, item, ...keys) => client.query[lower(pallet)][lower(item)](...(keys.length > 1 ? [keys] : keys)),
  phase: async () => (await chain.read('FederatedRound', 'Rounds', 0, 0)).phase,
};

const drawn = await takeRound(chain, await chain.read('MlRegistry', 'AlgorithmCount'));
const events = await client.query.system.events();
const [ended] = client.events.federatedRound.RoundEnded.filter(events);
const settled = client.events.federatedRound.Settled.filter(events);
const { version, outcome } = ended.palletEvent.data;
const published = await chain.read('MlRegistry', 'Versions', version);
answer(JSON.stringify({
  drawn,
  outcome,
  isModelPublished: published.version.artifact.root === MODEL.root,
  settled: settled.map(({ palletEvent: { data } }) => [data.role, data.reason, data.paid.toString(), data.slashed.toString()]).sort(),
}));
process.exit(0);

// Takes a federated round from its opening to its settlement with dedot: dedot_round.mjs URL SCENARIO

import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { DedotClient, WsProvider } from 'dedot';
import { NAMES, takeRound } from './round.mjs';

const answer = console.log;
console.log = console.warn = console.error; // libraries talk; the answer alone goes to standard output

const [url, scenario] = process.argv.slice(2);
await cryptoWaitReady();
const keys = Object.fromEntries(NAMES.map((name) => [name, new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri(`//${name}`)]));
const client = await DedotClient.new({ provider: new WsProvider(url), rpcVersion: 'v2' });
const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

// dedot has names in camelCase, and variants without fields as strings
const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const lower = (name) => name[0].toLowerCase() + name.slice(1);
function own(value) {
  if (Array.isArray(value)) return value.map(own);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [camel(name), own(each)]));
}
const read = (pallet, item, ...values) => client.query[lower(pallet)][lower(item)](...(values.length > 1 ? [values] : values));

const { model, drawn } = await takeRound({
  addresses: Object.fromEntries(NAMES.map((name) => [name, keys[name].address])),
  call: (pallet, name, values) => client.tx[lower(pallet)][camel(name)](...Object.values(values).map(own)),
  sudo: (call) => client.tx.sudo.sudo(call.call),
  bytes: (hex) => new Uint8Array(Buffer.from(hex.slice(2), 'hex')),
  variant: (type, value, isOneOfMany) => (isOneOfMany ? { type, ...(value === undefined ? {} : { value }) } : type),
  async block(...sent) {
    const results = sent.map(([who, call]) => call.signAndSend(keys[who]).untilFinalized());
    while ((await client.rpc.author_pendingExtrinsics()).length < sent.length) await pause();
    const { hash } = await client.rpc.engine_createBlock(true, true, null);
    for (const { dispatchError } of await Promise.all(results)) if (dispatchError) throw new Error(JSON.stringify(dispatchError));
    while ((await client.block.finalized()).hash !== hash) await pause();
  },
  async drawn() {
    const roles = Object.entries(await read('FederatedRound', 'Drawn', 0, 0));
    return Object.fromEntries(roles.map(([role, accounts]) => [role, accounts.map((account) => account.address())]));
  },
  phase: async () => (await read('FederatedRound', 'Rounds', 0, 0)).phase,
}, scenario);

const events = await client.query.system.events();
const [ended] = client.events.federatedRound.RoundEnded.filter(events);
const settled = client.events.federatedRound.Settled.filter(events);
const { version, outcome } = ended.palletEvent.data;
const published = await read('MlRegistry', 'Versions', version);
answer(JSON.stringify({
  drawn,
  outcome,
  isModelPublished: published.version.artifact.root === model,
  settled: settled.map(({ palletEvent: { data } }) => [data.role, data.reason, data.paid.toString(), data.slashed.toString()]).sort(),
}));
process.exit(0);

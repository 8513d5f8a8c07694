// Takes a federated round from its opening to its settlement with @polkadot/api: polkadot_round.mjs URL SCENARIO

import { ApiPromise, WsProvider } from '@polkadot/api';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { NAMES, takeRound } from './round.mjs';

const answer = console.log;
console.log = console.warn = console.error; // the library talks; the answer alone goes to standard output

const [url, scenario] = process.argv.slice(2);
await cryptoWaitReady();
const keys = Object.fromEntries(NAMES.map((name) => [name, new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri(`//${name}`)]));
const api = await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true });
const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const lower = (name) => name[0].toLowerCase() + name.slice(1);
function own(value) {
  if (Array.isArray(value)) return value.map(own);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [camel(name), own(each)]));
}

const included = (who, call) =>
  new Promise((resolve, reject) => {
    call.signAndSend(keys[who], ({ status, dispatchError }) => {
      if (dispatchError) reject(new Error(JSON.stringify(dispatchError.toHuman())));
      else if (status.isFinalized) resolve();
    }).catch(reject);
  });

const { model, drawn } = await takeRound({
  addresses: Object.fromEntries(NAMES.map((name) => [name, keys[name].address])),
  call: (pallet, name, values) => api.tx[lower(pallet)][camel(name)](...Object.values(values).map(own)),
  sudo: (call) => api.tx.sudo.sudo(call),
  bytes: (hex) => hex,
  variant: (type, value) => ({ [type]: value ?? null }),
  async block(...sent) {
    const results = sent.map(([who, call]) => included(who, call));
    while ((await api.rpc.author.pendingExtrinsics()).length < sent.length) await pause();
    await api.rpc.engine.createBlock(true, true);
    await Promise.all(results);
  },
  drawn: async () => (await api.query.federatedRound.drawn(0, 0)).toJSON(),
  phase: async () => (await api.query.federatedRound.rounds(0, 0)).unwrap().phase.type,
}, scenario);

const events = (await api.query.system.events()).map(({ event }) => event).filter(({ section }) => section === 'federatedRound');
const { version, outcome } = events.find(({ method }) => method === 'RoundEnded').data;
const settled = events.filter(({ method }) => method === 'Settled').map(({ data }) => data);
const published = (await api.query.mlRegistry.versions(version.unwrap())).unwrap();
answer(JSON.stringify({
  drawn,
  outcome: outcome.type,
  isModelPublished: published.version.artifact.root.toHex() === model,
  settled: settled.map(({ role, reason, paid, slashed }) => [role.type, reason.type, paid.toString(), slashed.toString()]).sort(),
}));
process.exit(0);

// Takes a federated round from its opening to its settlement with polkadot-api: papi_round.mjs URL SCENARIO

import './websocket.mjs';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { createClient } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import { NAMES, takeRound } from './round.mjs';

const [url, scenario] = process.argv.slice(2);
await cryptoWaitReady();
const keys = Object.fromEntries(NAMES.map((name) => [name, new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri(`//${name}`)]));
const signers = Object.fromEntries(NAMES.map((name) => [name, getPolkadotSigner(keys[name].addressRaw, 'Sr25519', (data) => keys[name].sign(data))]));
const client = createClient(getWsProvider(url));
const api = client.getUnsafeApi();
const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
const read = (pallet, item, ...values) => api.query[pallet][item].getValue(...values, { at: 'best' });

const { model, drawn } = await takeRound({
  addresses: Object.fromEntries(NAMES.map((name) => [name, keys[name].address])),
  call: (pallet, name, values) => api.tx[pallet][name](values),
  sudo: (call) => api.tx.Sudo.sudo({ call: call.decodedCall }),
  bytes: (hex) => new Uint8Array(Buffer.from(hex.slice(2), 'hex')),
  variant: (type, value) => (value === undefined ? { type } : { type, value }),
  async block(...sent) {
    const results = sent.map(([who, call]) => call.signAndSubmit(signers[who]));
    while ((await client._request('author_pendingExtrinsics', [])).length < sent.length) await pause();
    const { hash } = await client._request('engine_createBlock', [true, true, null]);
    for (const { ok, dispatchError } of await Promise.all(results)) if (!ok) throw new Error(JSON.stringify(dispatchError));
    while ((await client.getFinalizedBlock()).hash !== hash) await pause();
  },
  drawn: () => read('FederatedRound', 'Drawn', 0, 0),
  phase: async () => (await read('FederatedRound', 'Rounds', 0, 0)).phase.type,
}, scenario);

const { hash } = await client.getFinalizedBlock();
const [ended] = await api.event.FederatedRound.RoundEnded.get(hash);
const settled = await api.event.FederatedRound.Settled.get(hash);
const published = await read('MlRegistry', 'Versions', ended.payload.version);
process.stdout.write(JSON.stringify({
  drawn,
  outcome: ended.payload.outcome.type,
  isModelPublished: published.version.artifact.root === model,
  settled: settled.map(({ payload }) => [payload.role.type, payload.reason.type, payload.paid.toString(), payload.slashed.toString()]).sort(),
}));
process.exit(0);

// Takes a federated round from its opening to its settlement with polkadot-api: papi_round.mjs URL

import './websocket.mjs';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { createClient } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import { MODEL, takeRound } from './round.mjs';

const [url] = process.argv.slice(2);
await cryptoWaitReady();
const accounts = Object.fromEntries(['Alice', 'Bob', 'Charlie', 'Dave', 'Eve'].map((name) => {
  const key = new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri(`//${name}`);
  const signer = getPolkadotSigner(key.addressRaw, 'Sr25519', (data) => key.sign(data));
  return [name.toLowerCase(), { address: key.address, account: key.addressRaw, signer }];
}));
const client = createClient(getWsProvider(url));
const api = client.getUnsafeApi();
const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

const chain = {
  accounts,
  address: (account) => account,
  call: (pallet, name, values) => api.tx[pallet][name](values),
  sudo: (call) => api.tx.Sudo.sudo({ call: call.decodedCall }),
  encoded: (call) => call.getEncodedData(),
  async block(...sent) {
    const results = sent.map(([who, call]) => call.signAndSubmit(who.signer));
    while ((await client._request('author_pendingExtrinsics', [])).length < sent.length) await pause();
    const { hash } = await client._request('engine_createBlock', [true, true, null]);
    for (const { ok, dispatchError } of await Promise.all(results)) if (!ok) throw new Error(JSON.stringify(dispatchError));
    while ((await client.getFinalizedBlock()).hash !== hash) await pause();
  },
  read: (pallet, item, ...keys) => api.query[pallet][item].getValue(...keys, { at: 'best' }),
  phase: async () => (await chain.read('FederatedRound', 'Rounds', 0, 0)).phase.type,
};

const drawn = await takeRound(chain, await chain.read('MlRegistry', 'AlgorithmCount'));
const { hash } = await client.getFinalizedBlock();
const [ended] = await api.event.FederatedRound.RoundEnded.get(hash);
const settled = await api.event.FederatedRound.Settled.get(hash);
const published = await chain.read('MlRegistry', 'Versions', ended.payload.version);
process.stdout.write(JSON.stringify({
  drawn,
  outcome: ended.payload.outcome.type,
  isModelPublished: published.version.artifact.root === MODEL.root,
  settled: settled.map(({ payload }) => [payload.role.type, payload.reason.type, payload.paid.toString(), payload.slashed.toString()]).sort(),
}));
process.exit(0);

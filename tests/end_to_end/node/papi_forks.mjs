// Watches a transaction with polkadot-api while its block loses to a longer fork: papi_forks.mjs URL

import './websocket.mjs';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { createClient } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import { filter, firstValueFrom } from 'rxjs';

const [url] = process.argv.slice(2);
await cryptoWaitReady();
const [alice, bob] = ['//Alice', '//Bob'].map((uri) => new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri(uri));

const client = createClient(getWsProvider(url));
const api = client.getUnsafeApi();
const isBest = (hash) => firstValueFrom(client.bestBlocks$.pipe(filter(([best]) => best.hash === hash)));
const block = async (parent) => {
  const { hash } = await client._request('engine_createBlock', [true, false, parent ?? null]);
  return hash;
};
const free = async (at) => (await api.query.System.Account.getValue(bob.address, { at })).data.free;

const [{ hash: start }] = await firstValueFrom(client.bestBlocks$);
const before = await free(start);
const call = api.tx.Balances.transfer_keep_alive({ dest: { type: 'Id', value: bob.address }, value: 5n });
const signed = await call.sign(getPolkadotSigner(alice.addressRaw, 'Sr25519', (data) => alice.sign(data)));

const told = [];
const done = new Promise((resolve, reject) => {
  client.submitAndWatch(signed).subscribe({
    next: (event) => told.push(event.type === 'txBestBlocksState' ? (event.found ? event.block.hash : 'in no block') : event.type),
    complete: resolve,
    error: reject,
  });
});
const hasTold = async (what) => {
  while (!told.includes(what)) await new Promise((resolve) => setTimeout(resolve, 20));
};
await hasTold('broadcasted');

const lost = await block();
await isBest(lost);
await hasTold(lost);
const release = client.hodlBlock(lost);
const inLost = await free(lost);
const beside = await block(start);
const longer = await block(beside);
await isBest(longer);
await hasTold('in no block');
const inLonger = await free(longer);
const won = await block();
await isBest(won);
await client._request('engine_finalizeBlock', [won]);
await done;
const found = { told, lost, won, gained: [inLost, inLonger, await free(lost), await free(won)].map((value) => Number(value - before)) };
release();
process.stdout.write(JSON.stringify(found));
process.exit(0);

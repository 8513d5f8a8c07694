// Watches a transaction with dedot while its block loses to a longer fork: dedot_forks.mjs URL

import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { DedotClient, WsProvider } from 'dedot';

const answer = console.log;
console.log = console.warn = console.error; // libraries talk; the answer alone goes to standard output

const [url] = process.argv.slice(2);
await cryptoWaitReady();
const [alice, bob] = ['//Alice', '//Bob'].map((uri) => new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri(uri));

const client = await DedotClient.new({ provider: new WsProvider(url), rpcVersion: 'v2' });
const until = async (condition) => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
};
const block = async (parent) => {
  const { hash } = await client.rpc.engine_createBlock(true, false, parent ?? null);
  return hash;
};
const isBest = (hash) => until(async () => (await client.block.best()).hash === hash);

const start = (await client.block.best()).hash;
const told = [];
const finalized = client.tx.balances
  .transferKeepAlive(bob.address, 5n)
  .signAndSend(alice, ({ status }) => told.push(status.value?.blockHash && status.type === 'BestChainBlockIncluded' ? status.value.blockHash : status.type))
  .untilFinalized();
await until(() => told.includes('Broadcasting'));

const lost = await block();
await until(() => told.includes(lost));
const longer = await block(await block(start));
await isBest(longer);
await until(() => told.includes('NoLongerInBestChain'));
const won = await block();
await until(() => told.includes(won));
await client.rpc.engine_finalizeBlock(won);
await finalized;
answer(JSON.stringify({ told, lost, won }));
process.exit(0);

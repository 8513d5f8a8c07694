// Stays connected while the runtime becomes another, and then makes a call that is new: upgrade.mjs CLIENT URL ACCOUNT
//
// Prints a line when it has seen the first runtime, and what it found after the upgrade, as JSON.

import './websocket.mjs';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';

const answer = console.log;
console.log = console.warn = console.error; // libraries talk; the answers alone go to standard output

const [name, url, account] = process.argv.slice(2);
await cryptoWaitReady();
const key = new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri(account);

// what each client knows of the runtime, and how it makes the new call
const clients = {
  async papi() {
    const { createClient } = await import('polkadot-api');
    const { getPolkadotSigner } = await import('polkadot-api/signer');
    const { getWsProvider } = await import('polkadot-api/ws');
    const api = createClient(getWsProvider(url)).getUnsafeApi();
    const signer = getPolkadotSigner(key.addressRaw, 'Sr25519', (data) => key.sign(data));
    return {
      version: async () => (await api.constants.System.Version()).spec_version,
      async count() {
        const { events } = await api.tx.Counting.count_by({ step: 10 }).signAndSubmit(signer);
        return events.find(({ type }) => type === 'Counting').value.value.count;
      },
    };
  },
  async dedot() {
    const { DedotClient, WsProvider } = await import('dedot');
    const client = await DedotClient.new({ provider: new WsProvider(url), rpcVersion: 'v2' });
    let known = client.runtimeVersion.specVersion;
    client.on('runtimeUpgraded', ({ specVersion }) => (known = specVersion)); // its metadata is there, too
    return {
      version: async () => known,
      async count() {
        const { events } = await client.tx.counting.countBy(10).signAndSend(key).untilFinalized();
        return client.events.counting.Counted.filter(events)[0].palletEvent.data.count;
      },
    };
  },
  async polkadot() {
    const { ApiPromise, WsProvider } = await import('@polkadot/api');
    const api = await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true });
    const finalized = () =>
      new Promise((resolve, reject) => {
        const tell = ({ status, events }) => status.isFinalized && resolve(events);
        api.tx.counting.countBy(10).signAndSend(key, tell).catch(reject);
      });
    return {
      version: async () => api.runtimeVersion.specVersion.toNumber(),
      count: async () => (await finalized()).find(({ event }) => event.section === 'counting').event.data.count.toNumber(),
    };
  },
};

const { version, count } = await clients[name]();
const first = await version();
answer('connected');
while ((await version()) === first) await new Promise((resolve) => setTimeout(resolve, 20));
answer(JSON.stringify({ versions: [first, await version()], count: await count() }));
process.exit(0);

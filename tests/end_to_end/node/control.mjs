// Controls a development node with @polkadot/api, as tests do with chopsticks: control.mjs URL

import { ApiPromise, WsProvider } from '@polkadot/api';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';

const answer = console.log;
console.log = console.warn = console.error; // the library talks; the answer alone goes to standard output

const [url] = process.argv.slice(2);
await cryptoWaitReady();
const provider = new WsProvider(url);
const api = await ApiPromise.create({ provider, noInitWarn: true });
const alice = new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri('//Alice');
const whale = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'; // Bob, whose key is not used here
const stranger = api.createType('AccountId', new Uint8Array(32).fill(0x77)).toString();
const free = async (address) => (await api.query.system.account(address)).data.free.toString();
const refused = (method, params) => provider.send(method, params).then(() => null, ({ message }) => message);

/** An extrinsic that nobody signed, as chopsticks with --mock-signature-host takes it. */
async function faked(call, address) {
  const nonce = await api.rpc.system.accountNextIndex(address);
  call.signFake(address, { nonce, genesisHash: api.genesisHash, blockHash: api.genesisHash, runtimeVersion: api.runtimeVersion });
  const signature = new Uint8Array(64).fill(0xcd);
  signature.set([0xde, 0xad, 0xbe, 0xef]);
  call.signature.set(signature);
  return call.toHex();
}

const steps = {
  async blocks() {
    const before = (await api.rpc.chain.getHeader()).number.toNumber();
    const hash = await provider.send('dev_newBlock', [{ count: 2 }]);
    const header = await api.rpc.chain.getHeader(hash);
    const back = await provider.send('dev_setHead', [-1]);
    return { made: header.number.toNumber() - before, parent: header.parentHash.toHex() === back };
  },
  async time() {
    const date = '2033-03-03T03:03:03Z';
    const moment = await provider.send('dev_timeTravel', [date]);
    await provider.send('dev_newBlock', []);
    return { wanted: Date.parse(date), moment, now: (await api.query.timestamp.now()).toNumber() };
  },
  async storage() {
    await provider.send('dev_setStorage', [{ System: { Account: [[[stranger], { providers: 1, data: { free: '5000000000000' } }]] } }]);
    const typed = await free(stranger);
    await provider.send('dev_setStorage', [[[api.query.system.account.key(stranger), null]]]);
    return { typed, removed: await free(stranger) };
  },
  async dryRun() {
    const call = api.tx.balances.transferKeepAlive(stranger, 10n ** 12n);
    const signed = await call.signAsync(alice);
    const bySignature = await provider.send('dev_dryRun', [{ extrinsic: signed.toHex() }]);
    const byAddress = await provider.send('dev_dryRun', [{ extrinsic: { call: call.method.toHex(), address: whale } }]);
    const raw = await provider.send('dev_dryRun', [{ extrinsic: signed.toHex(), raw: true }]);
    return {
      bySignature: bySignature.new.system.account[stranger].data.free,
      byAddress: byAddress.new.system.account[stranger].data.free,
      raw: raw.some(([key]) => key === api.query.system.account.key(stranger)),
      after: await free(stranger),
    };
  },
  async impersonation() {
    const call = () => api.tx.balances.transferKeepAlive(stranger, 3n * 10n ** 12n);
    const before = await refused('author_submitExtrinsic', [await faked(call(), whale)]);
    await provider.send('dev_impersonate', [whale]);
    const hash = await provider.send('dev_newBlock', [{ transactions: [await faked(call(), whale)] }]);
    const header = await api.derive.chain.getHeader(hash);
    const seal = header.digest.logs.find((log) => log.isSeal).asSeal;
    const events = (await (await api.at(hash)).query.system.events()).map(({ event: { section, method } }) => `${section}.${method}`);
    const accounts = api.createType('Vec<AccountId>', api.createType('Bytes', seal[1].toU8a())).map(String);
    await provider.send('dev_stopImpersonating', [whale]);
    const after = await refused('author_submitExtrinsic', [await faked(call(), whale)]);
    return { before, free: await free(stranger), engine: seal[0].toHex(), accounts, transferred: events.includes('balances.Transfer'), after };
  },
  async snapshots() {
    const head = (await api.rpc.chain.getHeader()).hash.toHex();
    const kept = await provider.send('dev_snapshot', []);
    await provider.send('dev_newBlock', [{ count: 3 }]);
    await provider.send('dev_revert', [kept]);
    return { isBack: (await api.rpc.chain.getHeader()).hash.toHex() === head };
  },
};

const findings = {};
for (const [name, run] of Object.entries(steps)) {
  findings[name] = await run().catch((error) => ({ failed: String(error.stack ?? error) }));
}
answer(JSON.stringify(findings));
process.exit(0);

// Reads metadata files with @polkadot/types, polkadot-api and dedot; prints what each found, as JSON:
//   {library: {file: listing, or {"error": text}}}
// A listing has the view functions by pallet, and per pallet the calls, events, errors, constants and storage; and what was encoded with it.

import { readFileSync } from 'node:fs';

const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const hex = (bytes) => '0x' + Buffer.from(bytes).toString('hex');
const byName = (items, listed) => Object.fromEntries(items.map((item) => [item.name.toString(), listed(item)]));

const views = (pallets, named) => Object.fromEntries(pallets.map((pallet) => [pallet.name.toString(), named(pallet)]).filter(([, names]) => names.length));

async function polkadotJs(data) {
  const { Metadata, TypeRegistry, expandMetadata } = await import('@polkadot/types');
  const registry = new TypeRegistry();
  const metadata = new Metadata(registry, data);
  registry.setMetadata(metadata);
  const latest = metadata.asLatest;
  const variants = (type) =>
    type.isNone ? {} : byName(registry.lookup.getSiType(type.unwrap().type).def.asVariant.variants, (variant) => ({
      index: variant.index.toNumber(),
      fields: variant.fields.map((field) => field.name.unwrapOr('').toString()),
      docs: variant.docs.map(String),
    }));
  const expanded = expandMetadata(registry, metadata);
  for (const [name, items] of Object.entries(expanded.query)) {
    for (const item of Object.values(items)) {
      if (item.meta?.modifier.isDefault) registry.createTypeUnsafe(registry.createLookupType(item.meta.type.isPlain ? item.meta.type.asPlain : item.meta.type.asMap.value), [item.meta.fallback.toU8a(true)]);
    }
  }
  return {
    version: metadata.version,
    extensions: registry.signedExtensions,
    apis: Object.fromEntries((latest.apis ?? []).map((api) => [api.name.toString(), api.methods.map((method) => method.name.toString())])),
    pallets: byName(latest.pallets, (pallet) => ({
      index: pallet.index.toNumber(),
      calls: variants(pallet.calls),
      events: variants(pallet.events),
      errors: variants(pallet.errors),
      constants: byName(pallet.constants, (constant) => ({ value: hex(constant.value.toU8a(true)), docs: constant.docs.map(String) })),
      storage: pallet.storage.isNone ? {} : byName(pallet.storage.unwrap().items, (item) => ({
        optional: item.modifier.isOptional,
        keys: item.type.isPlain ? 0 : item.type.asMap.hashers.length,
        default: hex(item.fallback.toU8a(true)),
        docs: item.docs.map(String),
      })),
    })),
    views: views(latest.pallets, (pallet) => (pallet.viewFunctions ?? []).map((view) => view.name.toString())),
    transfer: expanded.tx.balances.transferAllowDeath(ALICE, 5).toHex(),
    existentialDeposit: expanded.consts.balances.existentialDeposit.toString(),
  };
}

async function polkadotApi(data) {
  const { decAnyMetadata, unifyMetadata } = await import('@polkadot-api/substrate-bindings');
  const { getDynamicBuilder, getLookupFn } = await import('@polkadot-api/metadata-builders');
  const decoded = decAnyMetadata(data);
  const metadata = unifyMetadata(decoded);
  const builder = getDynamicBuilder(getLookupFn(metadata));
  const variants = (type) =>
    type === undefined ? {} : byName(metadata.lookup[type.type].def.value, (variant) => ({
      index: variant.index,
      fields: variant.fields.map((field) => field.name ?? ''),
      docs: variant.docs,
    }));
  for (const pallet of metadata.pallets) {
    for (const item of pallet.storage?.items ?? []) {
      const codec = builder.buildStorage(pallet.name, item.name);
      if (item.modifier === 1) codec.value.dec(item.fallback);
    }
    for (const constant of pallet.constants) builder.buildConstant(pallet.name, constant.name).dec(constant.value);
    for (const view of pallet.viewFns ?? []) builder.buildViewFn(pallet.name, view.name);
  }
  for (const api of metadata.apis) for (const method of api.methods) builder.buildRuntimeCall(api.name, method.name);
  const transfer = builder.buildCall('Balances', 'transfer_allow_death');
  return {
    version: Number(decoded.metadata.tag.slice(1)),
    extensions: Object.values(metadata.extrinsic.signedExtensions ?? {}).flat().map((extension) => extension.identifier),
    apis: Object.fromEntries(metadata.apis.map((api) => [api.name, api.methods.map((method) => method.name)])),
    pallets: byName(metadata.pallets, (pallet) => ({
      index: pallet.index,
      calls: variants(pallet.calls),
      events: variants(pallet.events),
      errors: variants(pallet.errors),
      constants: byName(pallet.constants, (constant) => ({ value: asHex(constant.value), docs: constant.docs })),
      storage: byName(pallet.storage?.items ?? [], (item) => ({
        optional: item.modifier === 0,
        keys: item.type.tag === 'plain' ? 0 : item.type.value.hashers.length,
        default: asHex(item.fallback),
        docs: item.docs,
      })),
    })),
    views: views(metadata.pallets, (pallet) => (pallet.viewFns ?? []).map((view) => view.name)),
    transfer: hex([...transfer.location, ...transfer.codec.enc({ dest: { type: 'Id', value: ALICE }, value: 5n })]),
    existentialDeposit: builder.buildConstant('Balances', 'ExistentialDeposit').dec(
      metadata.pallets.find((pallet) => pallet.name === 'Balances').constants.find((constant) => constant.name === 'ExistentialDeposit').value,
    ).toString(),
  };
}

const asHex = (value) => (typeof value === 'string' ? value : hex(value));

async function dedot(data) {
  const { $Metadata, PortableRegistry } = await import('@dedot/codecs');
  const metadata = $Metadata.tryDecode(data);
  const latest = metadata.latest;
  const registry = new PortableRegistry(latest);
  const variants = (reference) =>
    reference === undefined || reference === null ? {} : byName(latest.types[reference.typeId ?? reference].typeDef.value.members, (variant) => ({
      index: variant.index,
      fields: variant.fields.map((field) => field.name ?? ''),
      docs: variant.docs,
    }));
  for (const type of latest.types) registry.findCodec(type.id);
  for (const pallet of latest.pallets) {
    for (const item of pallet.storage?.entries ?? []) {
      const type = item.storageType.value.valueTypeId;
      if (item.modifier === 'Default') registry.findCodec(type).tryDecode(item.default);
    }
    for (const constant of pallet.constants) registry.findCodec(constant.typeId).tryDecode(constant.value);
  }
  const balances = latest.pallets.find((pallet) => pallet.name === 'Balances');
  const call = registry.findCodec(latest.extrinsic.callTypeId ?? latest.outerEnums.callEnumTypeId);
  return {
    version: Number(metadata.version.slice(1)),
    extensions: latest.extrinsic.signedExtensions.map((extension) => extension.ident),
    apis: Object.fromEntries(latest.apis.map((api) => [api.name, api.methods.map((method) => method.name)])),
    pallets: byName(latest.pallets, (pallet) => ({
      index: pallet.index,
      calls: variants(pallet.calls),
      events: variants(pallet.event),
      errors: variants(pallet.error),
      constants: byName(pallet.constants, (constant) => ({ value: asHex(constant.value), docs: constant.docs })),
      storage: byName(pallet.storage?.entries ?? [], (item) => ({
        optional: item.modifier === 'Optional',
        keys: item.storageType.type === 'Plain' ? 0 : item.storageType.value.hashers.length,
        default: asHex(item.default),
        docs: item.docs,
      })),
    })),
    views: views(latest.pallets, (pallet) => (pallet.viewFunctions ?? []).map((view) => view.name)),
    transfer: hex(call.tryEncode({ pallet: 'Balances', palletCall: { name: 'TransferAllowDeath', params: { dest: { type: 'Id', value: ALICE }, value: 5n } } })),
    existentialDeposit: registry.findCodec(balances.constants.find((constant) => constant.name === 'ExistentialDeposit').typeId).tryDecode(
      balances.constants.find((constant) => constant.name === 'ExistentialDeposit').value,
    ).toString(),
  };
}

const found = {};
console.log = console.warn = console.error; // libraries talk; the answer alone goes to standard output
for (const [name, read] of Object.entries({ '@polkadot/types': polkadotJs, 'polkadot-api': polkadotApi, dedot })) {
  found[name] = {};
  for (const file of process.argv.slice(2)) {
    try {
      found[name][file] = await read(new Uint8Array(readFileSync(file)));
    } catch (error) {
      found[name][file] = { error: error.stack ?? String(error) };
    }
  }
}
process.stdout.write(JSON.stringify(found));

// Prints the RFC-78 digest of a metadata file: digest.mjs FILE DECIMALS SYMBOL

import { readFileSync } from 'node:fs';
import { merkleizeMetadata } from '@polkadot-api/merkleize-metadata';

const [file, decimals, tokenSymbol] = process.argv.slice(2);
const merkleized = merkleizeMetadata(new Uint8Array(readFileSync(file)), { decimals: Number(decimals), tokenSymbol });
process.stdout.write(JSON.stringify({ digest: '0x' + Buffer.from(merkleized.digest()).toString('hex') }));

// Reads a chain through the types that polkadot-api generated for it: papi_typed.mjs URL DESCRIPTORS

import './websocket.mjs';
import { pathToFileURL } from 'node:url';
import { createClient } from 'polkadot-api';
import { getWsProvider } from 'polkadot-api/ws';

const [url, descriptors] = process.argv.slice(2);
const FERDIE_STASH = '5CRmqmsiNFExV6VbdmPJViVxrWmkaXXvBrSX8oqBT8R9vmWk';

const { palletlab } = await import(pathToFileURL(descriptors));
const client = createClient(getWsProvider(url));
const api = client.getTypedApi(palletlab);
const compatibility = await api.getStaticApis();
const { data } = await api.query.System.Account.getValue(FERDIE_STASH);
process.stdout.write(JSON.stringify({
  free: data.free.toString(),
  isCompatible: compatibility.compat.tx.Balances.transfer_keep_alive.isCompatible(),
}));
process.exit(0);

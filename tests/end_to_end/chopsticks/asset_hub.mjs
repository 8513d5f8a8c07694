// Prints a chain specification with a real runtime in it, statemine 900, which chopsticks can begin a chain of.
import { rococo_v2_2_asset_hub as specification } from '@substrate/connect-known-chains'

console.log(specification)

import { parseArgs } from 'node:util'
import { findProgram } from '../peers/require.ts'
import { chaos } from './chaos.ts'
import { type TopologyName, topologies } from './servers.ts'
import { growthOf, type Sample } from './soak.ts'

/**
 * `npm run chaos -- [--seed=S] [--minutes=M] [--topology=T] [--only=FAULT]… [--soak]`: three nodes
 * under load while faults come and go. Prints each fault, the figures every ten seconds, and the
 * verdict; the exit code is 1 when something was lost, invented, crossed or late. `--soak`: no
 * faults, less load, and memory and descriptors of the nodes have to stay flat (20 minutes, if not
 * said otherwise).
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    minutes: { type: 'string' },
    topology: { type: 'string' },
    only: { type: 'string', multiple: true },
    soak: { type: 'boolean', default: false },
  },
})
const soak = values.soak
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const minutes = Number(values.minutes ?? (soak ? 20 : 2))
const topology = (values.topology ??
  (findProgram('redis-server') ? 'sqlite+redis' : 'sqlite')) as TopologyName
if (!Number.isSafeInteger(seed) || !(minutes > 0) || !topologies.includes(topology)) {
  const names = topologies.join(', ')
  console.error(`\`--seed\` is a whole number, \`--minutes\` above 0, \`--topology\` of ${names}`)
  process.exit(2)
}
const asked = `--seed=${seed} --minutes=${minutes} --topology=${topology}${soak ? ' --soak' : ''}`
console.log(`npm run chaos -- ${asked}`)
const samples: Sample[] = []
const { figures, faults, histories, findings } = await chaos({
  ...{ seed, topology, forMs: minutes * 60_000 },
  ...(values.only && { only: values.only }),
  ...(soak && {
    faultCount: 0,
    pauseMs: 50,
    sample: (sample: Sample) => void samples.push(sample),
  }),
  tell: (what) => console.log(what),
})
const wrong = [...findings, ...(soak ? growthOf(samples) : [])]
console.log(JSON.stringify({ ...figures, faults, histories }))
if (soak) for (const one of samples.slice(-3)) console.log(JSON.stringify(one))
for (const one of wrong) console.log(`WRONG: ${one}`)
console.log(wrong.length === 0 ? 'all of it held' : 'FAILED')
process.exitCode = wrong.length === 0 ? 0 : 1

import { countedGate } from '../apps/gate/counted.ts'
import { type GateConfiguration, openGate } from '../apps/gate/open-gate.ts'
import { buildPeople } from '../apps/people.ts'
import type { Configuration } from '../config/load.ts'
import { networks } from '../outbound/networks.ts'
import type { Inner } from './inner.ts'
import type { Surroundings } from './surroundings.ts'

/** Builds forward authentication; its settings are read anew after a reload. */
export function buildGate(around: Surroundings, { ground, people }: Inner) {
  const { current, publicUrl, clock, ids } = around
  const { keys, audit, shortLived } = ground
  const { ephemeral } = shortLived
  const { signIn, redirectSignIn } = people
  const gate = openGate({
    current: compiledOnce(current),
    people: buildPeople({
      ephemeral,
      signIn,
      wasEnded: redirectSignIn.wasEnded,
      rules: () => current().gateRules,
      clock,
      ids,
    }),
    signIn,
    appKeys: keys.appKeys,
    ring: keys.ring,
    ephemeral,
    publicUrl,
    audit,
    clock,
    ids,
  })
  return countedGate(gate, ground.registry)
}

function compiledOnce(current: () => Configuration): () => GateConfiguration {
  let made: { readonly of: Configuration; readonly gate: GateConfiguration } | undefined
  return () => {
    const of = current()
    if (made?.of === of) return made.gate
    const { gate: settings } = of.settings
    const gate = { settings, rules: of.gateRules, isProxy: networks(settings.proxies) }
    made = { of, gate }
    return gate
  }
}

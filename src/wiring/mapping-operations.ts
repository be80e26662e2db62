import { connectorOperations } from '../aws/gatehouse/mapping/connectors.ts'
import { mappingOperations } from '../aws/gatehouse/mapping/evaluate-mapping.ts'
import { personKeyOperations } from '../aws/gatehouse/mapping/person-keys.ts'
import type { Judging, MappingPorts } from '../aws/gatehouse/mapping/ports.ts'
import type { AnyOperation } from '../aws/operation.ts'
import { readIdentity } from '../config/written-identity.ts'
import { readRules } from '../config/written-rules.ts'
import { protocolOf } from '../connectors/protocol-of.ts'
import { createFederation } from '../sessions/federate.ts'
import { compareAccess } from '../sign-in/compare-access.ts'
import { connectorState } from '../sign-in/connector-state.ts'
import { findRecentSignIn, recentSignIns } from '../sign-in/recent-sign-ins.ts'
import type { Inner } from './inner.ts'
import type { Surroundings } from './surroundings.ts'

/** Builds the operations on connectors and mappings. */
export function buildMappingOperations(
  { current, clock, organization }: Surroundings,
  { ground, sessions, people, upstream, judged }: Inner,
): readonly AnyOperation[] {
  const { store, keys } = ground
  const connectors = () => people.connectors.list
  const federation = createFederation({
    ...{ store, clock, connectors, issuer: sessions.issuer, upstreams: upstream },
    organization: () => organization().organization,
  })
  const { permitted } = federation
  const protocol = (id: string) => {
    const type = current().settings.connectors[id]?.type
    return type && protocolOf(type)
  }
  const ports: MappingPorts = {
    connectors,
    async stateOf(id) {
      const found = connectors().find((one) => one.id === id)
      return found && connectorState(found, clock.now())
    },
    failuresOf: judged.failures.of,
    mappings: () => current().mappings,
    permitted,
    compare(identity, [before, after], from) {
      const version = (mappings: Judging) => ({ mappings, federation, verdicts: () => [] })
      return compareAccess(identity, [version(before), version(after)], from)
    },
    recentOf: (reads, asked) => recentSignIns(reads, keys.ring, asked),
    findRecent: (reads, person) => findRecentSignIn(reads, keys.ring, person),
    readIdentity: (text) => readIdentity(text, protocol, clock.now()),
    readRules,
  }
  const keeper = () => current().settings.securityKeys.people?.account
  return [
    ...connectorOperations(ports),
    ...mappingOperations(ports),
    ...personKeyOperations({ connectors, keeper }),
  ]
}

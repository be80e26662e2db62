import { createJobs } from '../aws/gatehouse/analysis/jobs.ts'
import { analysisOperations } from '../aws/gatehouse/analysis/operations.ts'
import type { AnyOperation } from '../aws/operation.ts'
import { createJudge } from '../aws/replay/judge.ts'
import { readRules } from '../config/written-rules.ts'
import { findRecentSignIn } from '../sign-in/recent-sign-ins.ts'
import type { Inner } from './inner.ts'
import type { Surroundings } from './surroundings.ts'

/** Builds the operations on recorded calls; `others`: whose calls can be decided again. */
export function buildAnalysisOperations(
  { current, clock, ids, organization }: Surroundings,
  { ground, sessions, authorization }: Inner,
  others: readonly AnyOperation[],
): readonly AnyOperation[] {
  const { store, keys, audit, shortLived } = ground
  const operations = new Map(
    others.map((one) => [`${one.model.service}:${one.model.name}`, one] as const),
  )
  const { ephemeral } = shortLived
  return analysisOperations({
    operations,
    readRules,
    reads: store.reads,
    index: audit.index,
    jobs: createJobs({ ephemeral, ids, clock }),
    judge: createJudge({
      ...{ store, clock, operations },
      organization: () => organization().organization,
    }),
    rules: () => current().mappings,
    findRecent: (person) => findRecentSignIn(store.reads, keys.ring, person),
    lastAccessed: sessions.uses.lastAccessed,
    ownServices: authorization.services.all,
  })
}

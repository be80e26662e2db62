import { type AnyOperation, operation } from '../../operation.ts'
import { GetAnalysis } from './analysis-model.ts'
import { startCallReplay } from './call-replay.ts'
import type { AnalysisPorts } from './ports.ts'
import { startUnusedAccess } from './unused-access.ts'

/** How far an analysis is, and what it found. */
function getAnalysis({ jobs }: AnalysisPorts) {
  return operation(GetAnalysis, {
    authorize: () => ({ resource: '*' }),
    async handle({ JobId }, { account, fault }) {
      const found = await jobs.find(account, JobId)
      if (!found) throw fault('NoSuchEntity', `There is no analysis ${JobId}.`)
      return found
    },
  })
}

/** What recorded calls tell of policies: unused access, and edited policies tried on them. */
export function analysisOperations(ports: AnalysisPorts): readonly AnyOperation[] {
  return [startUnusedAccess(ports), startCallReplay(ports), getAnalysis(ports)]
}

import type { Registry } from 'prom-client'
import { countedAudit } from '../audit/counted.ts'
import { openAuditIndex } from '../audit/index/open-index.ts'
import { openFileTrail } from '../audit/trail.ts'
import type { DurableStore } from '../store/open-store.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Opens the audit trail with its index, and counts its events. Several processes of a node share
 * its file.
 */
export async function openAudit(
  { settings, shares, clock, log }: Surroundings,
  { outbox }: Pick<DurableStore, 'outbox'>,
  registry: Registry,
) {
  const { file: path, rotateAt: atBytes, keepFiles, index: indexes, ...keeping } = settings.audit
  const rotation = shares ? undefined : { atBytes, keepFiles }
  const shared = shares && { sweeps: shares.outbox }
  const trail = await openFileTrail({ path, rotation, shared, ...keeping, log, clock, outbox })
  const index = openAuditIndex(path)
  // The first process of a node reads for all.
  if (indexes && shares?.outbox !== 'never') index.beginSoon()
  return {
    ...countedAudit(trail, registry),
    trail,
    index,
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]()
      await trail[Symbol.asyncDispose]()
    },
  }
}

import {
  AggregatorRegistry,
  type MetricObjectWithValues,
  type MetricValue,
  type Registry,
} from 'prom-client'

/** The figures of one metric of one process, as prom-client hands them over. */
export type MetricFigures = MetricObjectWithValues<MetricValue<string>>

/** Figures that only grow: those of a worker that has ended stay in the sum. */
const growing: ReadonlySet<string> = new Set(['counter', 'histogram', 'summary'])

/**
 * The figures of all processes of a node as one: counters add up, gauges as each one's `aggregator`
 * says. What a worker counted stays counted when it ends, as far as it was asked before: a counter
 * that falls would be taken for one that began anew.
 */
export interface NodeMetrics {
  /** Notes what a worker, or the primary, has counted; absent: it could not be asked. */
  note(process: string, figures: readonly MetricFigures[]): void
  /** The process has ended: its counters stay, its gauges go. */
  ended(process: string): void
  /** Prometheus text. */
  text(): Promise<string>
  readonly contentType: Registry['contentType']
}

export function createNodeMetrics(): NodeMetrics {
  const living = new Map<string, readonly MetricFigures[]>()
  let departed: readonly MetricFigures[] = []
  const aggregated = (each: readonly (readonly MetricFigures[])[]) =>
    AggregatorRegistry.aggregate([...each] as object[])
  return {
    contentType: AggregatorRegistry.PROMETHEUS_CONTENT_TYPE,
    note: (process, figures) => void living.set(process, figures),
    ended(process) {
      const last = living.get(process)
      living.delete(process)
      if (!last) return
      const counted = last.filter(({ type }) => growing.has(String(type)))
      const sums = new Map(departed.map((one) => [one.name, one]))
      for (const one of counted) sums.set(one.name, summed(sums.get(one.name), one))
      departed = [...sums.values()]
    },
    text: () => aggregated([departed, ...living.values()]).metrics(),
  }
}

/** Adds up the figures of one metric, by labels and part (a bucket, the sum, the count). */
function summed(before: MetricFigures | undefined, more: MetricFigures): MetricFigures {
  if (!before) return more
  const keyOf = ({ labels, metricName }: MetricValue<string> & { metricName?: string }) =>
    JSON.stringify([metricName, Object.entries(labels).sort()])
  const values = new Map(before.values.map((one) => [keyOf(one), one]))
  for (const one of more.values) {
    const known = values.get(keyOf(one))
    values.set(keyOf(one), known ? { ...known, value: known.value + one.value } : one)
  }
  return { ...more, values: [...values.values()] }
}

import { stringify } from 'yaml'
import type {
  ExplainAccessRequest,
  ExplainAccessResponse,
} from '../../aws/gatehouse/explain/explain-model.ts'
import type { FileContent } from '../shown.ts'
import { words } from './words.ts'

/**
 * Returns a file for `gatehouse policy test` with the question and its answers. `traced`: the
 * answer with the policies that decided; its organization is left out.
 */
export function savedTest(
  asked: ExplainAccessRequest,
  { Results }: ExplainAccessResponse,
  { Principal, Trace, ContextKeys }: ExplainAccessResponse,
): FileContent {
  const documents = (layer: string) =>
    (Trace?.Policies ?? [])
      .filter(({ Layer, Document }) => Layer === layer && Document !== undefined)
      .map(({ Document }) => parsed(Document ?? ''))
  const used = new Set(ContextKeys.map((key) => key.toLowerCase()))
  const context = Object.entries(Trace?.Explanation.question.context ?? {}).filter(([key]) =>
    used.has(key),
  )
  const [boundary] = documents('boundary')
  const [resourcePolicy] = documents('resource')
  const [trust] = documents('trust')
  const file = {
    principal: asked.Caller ?? Trace?.Explanation.question.principal ?? Principal,
    policies: documents('identity'),
    ...(boundary !== undefined && { boundary }),
    ...(resourcePolicy !== undefined && { resourcePolicy }),
    ...(trust !== undefined && { trust }),
    ...(asked.ServiceControl && {
      serviceControl: asked.ServiceControl.map((one) => [parsed(one)]),
    }),
    ...(context.length > 0 && {
      context: Object.fromEntries(
        context.map(([key, values]) => [key, values.length === 1 ? values[0] : values]),
      ),
    }),
    tests: Results.map(({ Action, Resource, Effect }) => ({
      action: Action,
      resource: Resource,
      expect: Effect,
    })),
  }
  const comment = asked.ServiceControl ? '' : `\n#${words.test.organization}`
  const head = `# ${words.test.comment.replaceAll('\n', '\n#')}${comment}\n`
  const text = head + stringify(withoutStar(file), { aliasDuplicateObjects: false, lineWidth: 120 })
  return { kind: 'file', name: 'simulated.test.yaml', type: 'application/yaml', text }
}

/** A user of whom nothing is known stands for somebody whom no policy names. */
function withoutStar<T extends { principal?: string | undefined }>(file: T): T {
  return file.principal?.endsWith('user/*')
    ? { ...file, principal: file.principal.replace(/\*$/, 'somebody') }
    : file
}

/** A policy of the store or of the question: it was parsed before. */
function parsed(document: string): unknown {
  return JSON.parse(document)
}

import type { ReferencedAction } from '../access-level.ts'
import { shown } from '../json.ts'
import type { RuleFinding } from './finding.ts'
import { fitsKey } from './known-keys.ts'
import type { Looked } from './looked.ts'
import { actionsOf, type CoveredAction, finding, names } from './rule.ts'

/** Findings about a condition key and the actions that it stands with. */
export function* keyWithActions(looked: Looked): Generator<RuleFinding> {
  yield* keyOfActions(looked)
  yield* keyOfFewServices(looked)
  yield* selectedAttributes(looked)
  yield* deniedPrefix(looked)
}

const tagKey = /^aws:(?:resourcetag\/|requesttag\/|tagkeys$)/

function* keyOfActions(looked: Looked): Generator<RuleFinding> {
  const { condition, placed, kind, reference, key, at } = looked
  const { actions } = placed.statement
  const tagged = tagKey.test(condition.key)
  if (!reference || !key || kind === 'trust' || (!tagged && condition.key.startsWith('aws:')))
    return
  if (actions.not) {
    if (tagged) yield* withoutKey(looked, [])
    return
  }
  if (
    actions.values.some(({ service }) => service === undefined || !reference.actions(service)) &&
    !tagged
  )
    return
  const brings = ({ keys }: ReferencedAction) => keys.some((name) => fitsKey(name, condition.key))
  const covered = actionsOf(placed.statement, reference)
  const any = covered.some(({ action }) => brings(action))
  if (any || tagged)
    yield* withoutKey(
      looked,
      covered.filter(({ action }) => !brings(action)),
    )
  if (any || tagged || covered.length === 0) return
  // A key that no action of its own service brings is one that requests to other services have, as
  // `ec2:SourceInstanceARN` (IAM user guide, "Other cross-service condition keys").
  const own = reference.actions(condition.key.slice(0, condition.key.indexOf(':')))
  if (!own || own.some(brings))
    yield finding(
      'key-not-for-actions',
      at(),
      `no action of the statement brings \`${shown(key.name)}\``,
    )
}

/** Actions written out whose requests never have the key, so that the statement skips them. */
function* withoutKey(
  { key, base, set, ifExists, placed: { statement, pathOf } }: Looked,
  lacking: readonly CoveredAction[],
): Generator<RuleFinding> {
  const { effect, actions } = statement
  if (!key || /Not|^Null$/.test(base) || ifExists || set === 'ForAllValues') return
  const written = lacking.filter(({ pattern }) => !/[*?]/.test(actions.values[pattern]!.text))
  const code = effect === 'Allow' ? 'allow-without-key' : 'deny-without-key'
  const done = effect === 'Allow' ? 'allowed' : 'denied'
  if (actions.not)
    yield finding(
      code,
      pathOf('NotAction'),
      `actions whose requests never have \`${shown(key.name)}\` are not ${done} by it`,
    )
  for (const { pattern } of written) {
    const text = shown(actions.values[pattern]!.text)
    yield finding(
      code,
      pathOf('Action', pattern),
      `requests for \`${text}\` never have \`${shown(key.name)}\`, and are not ${done} by it`,
    )
  }
}

/** Only some services bring these (IAM user guide, "aws:VpceAccount"). */
const ofFewServices = /^aws:vpce(?:account|orgid|orgpaths)$/

function* keyOfFewServices({
  condition: { key },
  placed: { statement },
  at,
}: Looked): Generator<RuleFinding> {
  const { values, not } = statement.actions
  if (ofFewServices.test(key) && (not || values.some(({ text }) => text === '*')))
    yield finding(
      'key-of-few-services',
      at(),
      `requests to most services never have \`${shown(key)}\``,
    )
}

const selecting = ['dynamodb:getitem', 'dynamodb:query', 'dynamodb:scan', 'dynamodb:batchgetitem']

/** A read that names no attributes returns all (DynamoDB developer guide, "Conditions"). */
function* selectedAttributes({
  condition: { key },
  placed: { statement },
  at,
}: Looked): Generator<RuleFinding> {
  if (
    key === 'dynamodb:attributes' &&
    statement.effect === 'Allow' &&
    selecting.some((action) => names(statement, action)) &&
    !statement.conditions.some((other) => other.key === 'dynamodb:select')
  )
    yield finding(
      'attributes-without-select',
      at(),
      'a request that names no attributes is answered with all of them',
    )
}

/** A listing of a shorter prefix shows what is below it. */
function* deniedPrefix({
  condition: { key },
  base,
  placed: { statement },
  at,
}: Looked): Generator<RuleFinding> {
  if (key !== 's3:prefix' || !base.startsWith('String')) return
  if ((statement.effect === 'Deny') !== base.includes('Not'))
    yield finding(
      'prefix-excluded',
      at(),
      'a request for a shorter prefix lists what is below the excluded ones too',
    )
}

import { shown } from '../json.ts'
import { finding, type Rules } from './rule.ts'

/**
 * Services whose resources these policies limit (AWS Organizations user guide, "List of AWS
 * services that support RCPs"). The list grows, so that others are a warning.
 */
const services: ReadonlySet<string> = new Set([
  'aoss',
  'cognito-identity',
  'cognito-idp',
  'dynamodb',
  'ecr',
  'kms',
  'logs',
  'secretsmanager',
  's3',
  'sqs',
  'sts',
])

const ofPrincipal = /^aws:principal(?:account|arn|orgid|orgpaths|tag\/.*)$/
const ofSource = /^aws:source(?:account|arn|orgid|orgpaths)$/
const isService = 'aws:principalisawsservice'

/** Findings about resource control policies, which reach people and services alike. */
export const resourceControlRules: Rules = function* ({
  placed: { statement, pathOf, conditionPath },
  kind,
}) {
  if (kind !== 'resource-control') return
  const { actions, conditions } = statement
  for (const [index, { service, text }] of actions.values.entries())
    if (service !== undefined && !services.has(service))
      yield finding(
        'service-outside-resource-control',
        pathOf('Action', index),
        `\`${shown(text)}\` is of a service whose resources such policies may not limit`,
      )
  const told = conditions.some(({ key }) => key === isService)
  const guarded = conditions.some(
    ({ key, operator }) => operator === 'Null' && /^aws:source(?:account|arn)$/.test(key),
  )
  for (const { key, operator } of conditions) {
    if (operator === 'Null') continue
    const at = conditionPath(operator, key)
    if (ofPrincipal.test(key) && !told)
      yield finding('services-denied-too', at, `services have no \`${shown(key)}\``)
    if (ofSource.test(key) && !told)
      yield finding('people-denied-too', at, `people's requests have no \`${shown(key)}\``)
    if (/^aws:source(?:orgid|orgpaths)$/.test(key) && /Not/.test(operator) && !guarded)
      yield finding('source-may-be-absent', at, `not every service brings \`${shown(key)}\``)
  }
}

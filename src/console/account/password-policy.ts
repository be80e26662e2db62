import { unlessAbsent } from '../call.ts'
import { none, text } from '../cells.ts'
import { type FieldRule, fieldOf, type Values } from '../fields.ts'
import { problemOf } from '../limits.ts'
import { formPage, stepsPage } from '../page.ts'
import type { Section } from '../shown.ts'
import type { StepsState } from '../steps-rules.ts'
import { words as kit } from '../words.ts'
import { type Rule, rules, valuesOf } from './password-terms.ts'
import { account } from './settings.ts'
import { words } from './words.ts'

const said = words.passwords
const keep = { text: said.keep, href: '/console/account' }

/** What a new policy begins with: as strict as the default, which it takes the place of. */
const atFirst: Readonly<Record<Rule, string>> = {
  MinimumPasswordLength: '8',
  RequireUppercaseCharacters: 'true',
  RequireLowercaseCharacters: 'true',
  RequireNumbers: 'true',
  RequireSymbols: 'false',
  AllowUsersToChangePassword: 'false',
  MaxPasswordAge: '',
  HardExpiry: 'false',
  PasswordReusePrevention: '',
}

function fieldOfRule([name, { label, help, does, words: wordsOf }]: [
  string,
  (typeof rules)[Rule],
]): FieldRule {
  const rule = fieldOf('iam:UpdateAccountPasswordPolicy', name as Rule, {
    ...{ label, help, words: wordsOf },
    control: does === undefined ? { kind: 'number' } : { kind: 'check', words: does },
  })
  if (name === 'MinimumPasswordLength')
    return { ...rule, limits: { ...rule.limits, required: true } }
  return { ...rule, check: (value) => (value === '' ? undefined : problemOf(rule.limits, value)) }
}

interface PolicyState extends StepsState {
  /** The account has a policy of its own. */
  readonly isSet: boolean
}

/** `/console/account/password-policy`. */
export const passwordPolicy = stepsPage<
  'iam:GetAccountPasswordPolicy' | 'iam:UpdateAccountPasswordPolicy',
  PolicyState
>({
  path: '/console/account/password-policy',
  under: account,
  crumb: said.crumb,
  calls: ['iam:GetAccountPasswordPolicy', 'iam:UpdateAccountPasswordPolicy'],
  steps: [{ title: said.step, fields: Object.entries(rules).map(fieldOfRule) }],
  reviewed: true,
  button: said.button,
  async read(call) {
    const found = await unlessAbsent(call('iam:GetAccountPasswordPolicy', {}))
    const isSet = found !== undefined
    return {
      ...{ title: said.title, says: isSet ? said.says : `${said.says} ${said.fromDefault}` },
      ...{ isSet, keep, values: found ? valuesOf(found.PasswordPolicy) : atFirst },
    }
  },
  preview: (values, _request, { isSet, values: now = {} }) => [
    changesOf(values, isSet ? now : undefined),
  ],
  plan: (values, { state, changed }) => ({
    tasks:
      state.isSet && !Object.keys(rules).some(changed)
        ? []
        : [
            {
              words: said.task,
              run: async (call) => {
                await call('iam:UpdateAccountPasswordPolicy', inputOf(values))
              },
            },
          ],
    to: keep.href,
    said: state.isSet && !Object.keys(rules).some(changed) ? kit.unchanged : said.said,
    report: said.report,
  }),
})

/** The operation replaces the policy: what it is not told gets its default. */
function inputOf(values: Values) {
  const yes = (name: Rule) => values[name] === 'true'
  const count = (name: Rule) => (values[name] ? Number(values[name]) : undefined)
  return {
    MinimumPasswordLength: count('MinimumPasswordLength'),
    RequireUppercaseCharacters: yes('RequireUppercaseCharacters'),
    RequireLowercaseCharacters: yes('RequireLowercaseCharacters'),
    RequireNumbers: yes('RequireNumbers'),
    RequireSymbols: yes('RequireSymbols'),
    AllowUsersToChangePassword: yes('AllowUsersToChangePassword'),
    MaxPasswordAge: count('MaxPasswordAge'),
    HardExpiry: yes('HardExpiry'),
    PasswordReusePrevention: count('PasswordReusePrevention'),
  }
}

/** What the new values mean, for whom and from when. `now` is absent before the first policy. */
function changesOf(values: Values, now: Values | undefined): Section {
  const shown = (name: Rule, value = '') =>
    value === '' ? none(rules[name].empty) : text(rules[name].words(value))
  const names = (Object.keys(rules) as Rule[]).filter((name) => values[name] !== now?.[name])
  return {
    kind: 'rows',
    title: said.changes,
    heads: [
      { head: said.rule },
      { head: said.was },
      { head: said.becomes },
      { head: said.whom, width: 'desk' },
    ],
    rows: names.map((name) => [
      text(rules[name].label),
      now ? shown(name, now[name]) : none(said.byDefault),
      shown(name, values[name]),
      text(effectOf(name, values)),
    ]),
    empty: said.unchanged,
  }
}

function effectOf(name: Rule, values: Values): string {
  const { effects } = said
  const isOn = values[name] === 'true'
  switch (name) {
    case 'AllowUsersToChangePassword':
      return isOn ? effects.ownOn : effects.ownOff
    case 'MaxPasswordAge':
      return values[name] ? effects.ageOn(Number(values[name])) : effects.ageOff
    case 'HardExpiry':
      if (!values.MaxPasswordAge) return effects.hardIdle
      return isOn ? effects.hardOn : effects.hardOff
    default:
      return effects.next
  }
}

/** `/console/account/password-policy/delete`. */
export const deletePasswordPolicy = formPage({
  path: '/console/account/password-policy/delete',
  under: passwordPolicy,
  crumb: said.remove,
  calls: ['iam:GetAccountPasswordPolicy', 'iam:DeleteAccountPasswordPolicy'],
  operation: 'iam:DeleteAccountPasswordPolicy',
  button: said.removeButton,
  danger: true,
  fields: [],
  async read(call) {
    const found = await unlessAbsent(call('iam:GetAccountPasswordPolicy', {}))
    return {
      title: said.removeTitle,
      says: said.removeSays,
      locked: found ? undefined : said.removeNone,
      values: {},
      keep: { text: said.removeKeep, href: '/console/account' },
    }
  },
  async save(call) {
    await call('iam:DeleteAccountPasswordPolicy', {})
    return { to: '/console/account', said: said.removed }
  },
})

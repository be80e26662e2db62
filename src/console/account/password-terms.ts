import type { PasswordPolicy } from '../../reference/aws/iam-shapes.gen.ts'
import type { Output } from '../call.ts'
import { none, text } from '../cells.ts'
import type { Terms } from '../shown.ts'
import { words } from './words.ts'

const said = words.passwords

/** What the account's policy asks of passwords; undefined: it has none of its own. */
export function passwordTerms(found: Output<'iam:GetAccountPasswordPolicy'> | undefined): Terms {
  if (!found) return [[said.own, none(said.none)]]
  return Object.entries(valuesOf(found.PasswordPolicy)).map(([name, value]) => {
    const rule = rules[name as Rule]
    return [rule.label, value === '' ? none(rule.empty) : text(rule.words(value))] as const
  })
}

export type Rule = keyof typeof rules

const yesOrNo = (value: string) => (value === 'true' ? said.yes : said.no)
const box = (label: string, does: string) => ({
  ...{ label, does, help: undefined, words: yesOrNo, empty: said.no },
})
const number = (label: string, count: (value: number) => string, help?: string) => ({
  ...{ label, help, does: undefined, empty: said.never },
  words: (value: string) => count(Number(value)),
})

/** The rules by the members of the operation, in the order in which a person reads them. */
export const rules = {
  MinimumPasswordLength: number(said.length, said.lengthOf),
  RequireUppercaseCharacters: box(said.upper, said.upperWords),
  RequireLowercaseCharacters: box(said.lower, said.lowerWords),
  RequireNumbers: box(said.numbers, said.numbersWords),
  RequireSymbols: box(said.symbols, said.symbolsWords),
  AllowUsersToChangePassword: box(said.ownChange, said.ownWords),
  MaxPasswordAge: number(said.age, said.ageOf, said.ageHelp),
  HardExpiry: { ...box(said.hard, said.hardWords), help: said.hardHelp },
  PasswordReusePrevention: { ...number(said.reuse, String, said.reuseHelp), empty: said.nothing },
} as const

/** The policy as values of fields: an absent number is empty. */
export function valuesOf(policy: PasswordPolicy): Readonly<Record<Rule, string>> {
  const yes = (value = false) => String(value)
  const count = (value: number | undefined) => (value ? String(value) : '')
  return {
    MinimumPasswordLength: count(policy.MinimumPasswordLength ?? shortest),
    RequireUppercaseCharacters: yes(policy.RequireUppercaseCharacters),
    RequireLowercaseCharacters: yes(policy.RequireLowercaseCharacters),
    RequireNumbers: yes(policy.RequireNumbers),
    RequireSymbols: yes(policy.RequireSymbols),
    AllowUsersToChangePassword: yes(policy.AllowUsersToChangePassword),
    MaxPasswordAge: count(policy.MaxPasswordAge),
    HardExpiry: yes(policy.HardExpiry),
    PasswordReusePrevention: count(policy.PasswordReusePrevention),
  }
}

/** IAM API reference, UpdateAccountPasswordPolicy. */
const shortest = 6

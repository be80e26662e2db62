import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'

interface HelpText {
  readonly examples: readonly string[]
  /** A page of `docs/`. */
  readonly page: string
}

const role = 'arn:aws:iam::111122223333:role/Developer'
const at = '--endpoint https://sso.example.com'

/** Examples, and the page that tells more, by the words of the command. */
const texts: Readonly<Record<string, HelpText>> = {
  'init ldap': {
    examples: [
      'init ldap --server ldaps://ldap.example.com --base dc=example,dc=com ' +
        '--bind-dn cn=gatehouse,dc=example,dc=com --group admins',
    ],
    page: 'tutorial.md',
  },
  'init saml': {
    examples: ['init saml --metadata https://idp.example.com/saml --group admins'],
    page: 'tutorial.md',
  },
  serve: { examples: ['serve --config gatehouse.yaml'], page: 'operations.md' },
  check: { examples: ['check', 'check --connect --json'], page: 'settings.md' },
  explain: {
    examples: ['explain --identity identity.yaml', 'explain --json --identity - < identity.yaml'],
    page: 'mapping.md',
  },
  replay: {
    examples: ['replay --with edited.yaml', 'replay --with edited.yaml --days 7 --json'],
    page: 'mapping.md',
  },
  credentials: {
    examples: ['credentials --role Developer', `credentials ${at} --username amina --role ${role}`],
    page: 'credential-process.md',
  },
  'credentials clear': { examples: ['credentials clear'], page: 'credential-process.md' },
  login: {
    examples: [`login ${at}`, 'login --no-browser'],
    page: 'terminal.md',
  },
  export: {
    examples: [
      'exec Admin -- gatehouse export ./iam',
      'export ./iam --from-aws details.json --account 111122223333',
    ],
    page: 'as-code.md',
  },
  apply: {
    examples: ['exec Admin -- gatehouse apply -f ./iam --dry-run', 'apply -f ./iam --prune --yes'],
    page: 'as-code.md',
  },
  logout: { examples: ['logout'], page: 'terminal.md' },
  roles: { examples: ['roles', 'roles --json'], page: 'terminal.md' },
  configure: {
    examples: ['configure', 'configure --prefix sso-'],
    page: 'terminal.md',
  },
  exec: {
    examples: ['exec Developer -- aws sts get-caller-identity', 'exec -- terraform plan'],
    page: 'credential-process.md',
  },
  console: {
    examples: ['console Developer', 'console --print staging/Developer'],
    page: 'credential-process.md',
  },
  narrow: {
    examples: ['narrow --policy read-only.json --duration 15m', 'eval "$(gatehouse narrow --env)"'],
    page: 'session-tokens.md',
  },
  'accounts open': {
    examples: ['accounts open --alias staging', 'accounts open --root-managed-by 111122223333'],
    page: 'accounts.md',
  },
  'accounts close': { examples: ['accounts close 444455556666'], page: 'accounts.md' },
  'accounts list': { examples: ['accounts list --json'], page: 'accounts.md' },
  'mfa import': { examples: ['mfa import --account 111122223333 tokens.csv'], page: 'mfa.md' },
  'mfa list': { examples: ['mfa list --account 111122223333'], page: 'mfa.md' },
  'mfa remove': { examples: ['mfa remove --account 111122223333 GAHT12345678'], page: 'mfa.md' },
  'mfa touch': {
    examples: [`mfa touch ${at}`, 'mfa touch --role Admin', 'mfa touch --no-browser'],
    page: 'mfa.md',
  },
  'apps invite': { examples: ['apps invite'], page: 'apps/registration.md' },
  'apps list': { examples: ['apps list --json'], page: 'apps/registration.md' },
  'apps remove': { examples: ['apps remove dyn.ID'], page: 'apps/registration.md' },
  'hash-password': {
    examples: ['hash-password', 'printf %s "$PASSWORD" | gatehouse hash-password'],
    page: 'connectors/file.md',
  },
  'aws check': {
    examples: ['aws check', 'aws check --account 444455556666 --json'],
    page: 'aws-accounts.md',
  },
  'aws import': {
    examples: [
      'aws import --account 444455556666 --from details.json roles.json',
      'aws import --account 444455556666 --role arn:aws:iam::444455556666:role/Reader',
    ],
    page: 'aws-accounts.md',
  },
  'keys list': { examples: ['keys list', 'keys list --json'], page: 'operations.md' },
  'keys rotate': { examples: ['keys rotate'], page: 'operations.md' },
  'keys retire': { examples: ['keys retire 3f9ab2c1'], page: 'operations.md' },
  revoke: {
    examples: ['revoke --scope username --target staff/amina', 'revoke --scope everything'],
    page: 'revocation.md',
  },
  backup: { examples: ['backup /backup/gatehouse.db'], page: 'operations.md' },
  restore: { examples: ['restore /backup/gatehouse.db'], page: 'operations.md' },
  'store copy': {
    examples: ['store copy --from sqlite:gatehouse.db --to config:postgres.yaml'],
    page: 'postgresql.md',
  },
  why: { examples: ['why GH-7KQ2-M4XD'], page: 'operations.md' },
  'saml inspect': {
    examples: ['saml inspect response.xml', 'saml inspect - < response.xml'],
    page: 'connectors/saml.md',
  },
  'saml why': { examples: ['saml why GH-7KQ2-M4XD'], page: 'connectors/saml.md' },
  'connector ldap try': {
    examples: ['connector ldap try --username amina'],
    page: 'connectors/ldap.md',
  },
  'connector oidc add': {
    examples: ['connector oidc add --issuer https://accounts.example.com --account 111122223333'],
    page: 'connectors/oidc.md',
  },
  'connector oidc try': { examples: ['connector oidc try op'], page: 'connectors/oidc.md' },
  'connector oauth2 try': {
    examples: ['connector oauth2 try github --port 8080'],
    page: 'connectors/oauth2.md',
  },
  'connector saml keys': {
    examples: ['connector saml keys list corp', 'connector saml keys rotate corp'],
    page: 'connectors/saml.md',
  },
  'connector saml add': {
    examples: ['connector saml add --account 111122223333 --metadata https://idp.example.com/saml'],
    page: 'connectors/saml.md',
  },
  'policy validate': {
    examples: ['policy validate policy.json', 'policy validate --json - < policy.json'],
    page: 'policy-tools.md',
  },
  'policy explain': {
    examples: ['policy explain policy.json --action s3:GetObject --resource arn:aws:s3:::photos/a'],
    page: 'policy-tools.md',
  },
  'policy simulate': {
    examples: ['policy simulate policy.json --action s3:GetObject --action s3:PutObject'],
    page: 'policy-tools.md',
  },
  'policy test': {
    examples: ['policy test policies/*.test.yaml', 'policy test tests.yaml --junit report.xml'],
    page: 'policy-tools.md',
  },
  'policy summarize': { examples: ['policy summarize policy.json'], page: 'policy-tools.md' },
  'policy diff': { examples: ['policy diff old.json new.json'], page: 'policy-tools.md' },
  'policy who-can': { examples: ['policy who-can --action iam:PassRole'], page: 'policy-tools.md' },
  'policy what-can': {
    examples: [`policy what-can --principal ${role}`],
    page: 'policy-tools.md',
  },
  completion: {
    examples: ['eval "$(gatehouse completion bash)"', 'completion fish > gatehouse.fish'],
    page: 'employees.md',
  },
  demo: { examples: ['demo'], page: 'operations.md' },
}

/**
 * Adds examples and the address of a page to the help of every command below `program`. `home` is
 * Gatehouse's own folder, which has the pages of this very version.
 */
export function addHelpTexts(program: Command, home: string): void {
  const walk = (command: Command, path: string): void => {
    const text = texts[path]
    command.addHelpText('after', () => {
      const page = pageAddress(home, text?.page ?? 'README.md')
      return `${text ? exampleLines(text.examples) : ''}\nMore: ${page}`
    })
    for (const one of command.commands) walk(one, `${path} ${one.name()}`.trim())
  }
  walk(program, '')
}

function exampleLines(examples: readonly string[]): string {
  const lines = examples.map((one) => `  ${one.includes('gatehouse ') ? '' : 'gatehouse '}${one}`)
  return `\nExamples:\n${lines.join('\n')}\n`
}

/** A file: pages of the Internet may be of another version, and an operator may be offline. */
function pageAddress(home: string, page: string): string {
  const path = page === 'README.md' ? join(home, page) : join(home, 'docs', page)
  return existsSync(path) ? path : `docs/${page}`
}

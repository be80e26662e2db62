import type { FieldRule, Step, Values } from '../../fields.ts'
import { anyText, type Limits } from '../../limits.ts'
import { toLoad } from '../entity-forms/attach-page.ts'
import { words } from './words.ts'

const said = words.create
const kinds = ['account', 'service', 'saml', 'oidc', 'directory'] as const
type Kind = (typeof kinds)[number]

const oneOf = (values: readonly string[]): Limits => ({ ...anyText, required: true, values })
const matching = (pattern: RegExp, max: number): Limits => ({
  ...anyText,
  ...{ required: true, min: 1, max, pattern },
})
const line = { kind: 'line' } as const
const of = (kind: Kind) => (values: Values) => values.Trusted === kind

/** The kind of whoever may take a role. */
export const trustedStep: Step = {
  title: said.trusted,
  fields: [
    {
      name: 'Trusted',
      label: said.kind,
      control: {
        kind: 'radio',
        options: kinds.map((kind) => ({ value: kind, words: said.kinds[kind] })),
      },
      limits: oneOf(kinds),
    },
  ],
}

const ofAccount: readonly FieldRule[] = [
  {
    ...{ name: 'Account', label: said.account, help: said.accountHelp, control: line },
    ...{ limits: matching(/^\d{12}$/, 12), when: of('account') },
  },
  {
    ...{ name: 'ExternalId', label: said.externalId, help: said.externalIdHelp, control: line },
    // STS API reference, AssumeRole: ExternalId.
    limits: { ...matching(/^[\w+=,.@:/-]*$/, 1224), required: false, min: 2 },
    when: of('account'),
  },
  {
    ...{ name: 'NeedsMfa', label: said.mfa, control: { kind: 'check', words: said.mfaWords } },
    ...{ limits: oneOf(['true', 'false']), when: of('account') },
  },
]

const ofService: readonly FieldRule[] = [
  {
    ...{ name: 'Service', label: said.service, help: said.serviceHelp, control: line },
    ...{ limits: matching(/^[\w-]+(\.[\w-]+)+$/, 128), when: of('service') },
  },
]

const providerArn = (kind: string) =>
  matching(new RegExp(`^arn:[\\w-]+:iam::\\d{12}:${kind}-provider/[\\u0021-\\u007e]+$`), 2048)

const ofSaml: readonly FieldRule[] = [
  {
    ...{ name: 'SamlProvider', label: said.saml, control: toLoad(false) },
    ...{ limits: providerArn('saml'), when: of('saml') },
  },
  {
    ...{ name: 'SamlAudience', label: said.samlAudience, help: said.samlAudienceHelp },
    unsaid: said.anyAudience,
    ...{ control: line, limits: { ...anyText, max: 1024 }, when: of('saml') },
  },
]

const ofOidc: readonly FieldRule[] = [
  {
    ...{ name: 'OidcProvider', label: said.oidc, control: toLoad(false) },
    ...{ limits: providerArn('oidc'), when: of('oidc') },
  },
  {
    ...{ name: 'Audience', label: said.audience, help: said.audienceHelp, control: line },
    ...{ limits: matching(/^\P{C}+$/u, 255), when: of('oidc') },
  },
  {
    ...{ name: 'Subject', label: said.subject, help: said.subjectHelp, control: line },
    unsaid: said.anySubject,
    ...{ limits: { ...anyText, max: 1024 }, when: of('oidc') },
  },
]

const ofDirectory: readonly FieldRule[] = [
  {
    ...{ name: 'ConnectorKind', label: said.connectorKind },
    control: {
      kind: 'radio',
      options: [
        { value: 'ldap', words: said.ldap },
        { value: 'file', words: said.file },
      ],
    },
    ...{ limits: oneOf(['ldap', 'file']), when: of('directory') },
  },
  {
    ...{ name: 'Connector', label: said.connector, help: said.connectorHelp, control: line },
    ...{ limits: matching(/^[\w.-]+$/, 128), when: of('directory') },
  },
]

/** What is asked of each kind. */
export const trustTermsStep: Step = {
  title: said.terms,
  fields: [...ofAccount, ...ofService, ...ofSaml, ...ofOidc, ...ofDirectory],
}

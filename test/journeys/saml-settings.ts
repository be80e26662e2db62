import type { TestKey } from '../connectors/saml/identity-provider.ts'
import { idpEntity } from '../connectors/saml/identity-provider.ts'

export const account = '111122223333'
export const brokerKey = {
  id: 'AKIAIOSFODNN7EXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

const trust = (
  provider: string,
  actions = '"sts:AssumeRoleWithSAML","sts:TagSession","sts:SetSourceIdentity"',
  condition = '',
) =>
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow",' +
  `"Principal":{"Federated":"arn:aws:iam::${account}:saml-provider/${provider}"},` +
  `"Action":[${actions}]${condition}}}`

const persistent = JSON.stringify({ 'saml:sub_type': 'persistent', 'saml:iss': idpEntity })
const persistentOnly = `,"Condition":{"StringEquals":${persistent}}`

/** The certificate as an indented YAML block. */
const pemBlock = ({ x509 }: TestKey, indent: string) =>
  `|\n${x509
    .toString()
    .trim()
    .split('\n')
    .map((line) => indent + line)
    .join('\n')}`

export interface SamlScene {
  readonly keys: readonly TestKey[]
  readonly idpInitiated?: boolean
  /** Further lines of the connector, at its depth. */
  readonly more?: string
  /** What stands under `idp:` in place of the fields. */
  readonly idp?: string
}

/** One connector `corp`, roles that trust it or the entity `legacy`, and rules by group. */
export function samlSettings({ keys, idpInitiated = true, more = '', idp }: SamlScene): string {
  return `
accounts:
  "${account}":
    alias: acme
    rootAccessKeys: [{ accessKeyId: ${brokerKey.id}, secretAccessKey: "${brokerKey.secret}" }]
    roles:
      Developer:
        trustPolicy: '${trust('corp')}'
        policies: { look: { Version: "2012-10-17", Statement: { Effect: Allow,
          Action: "iam:List*", Resource: "*" } } }
      Operator:
        maxSessionDuration: 4h
        trustPolicy: '${trust('corp', undefined, persistentOnly)}'
      Untrusting:
        trustPolicy: '${trust('other')}'
      Legacy:
        trustPolicy: '${trust('legacy')}'
connectors:
  corp:
    type: saml
    label: Corp SSO
    accounts: ["${account}"]
    idpInitiated: ${idpInitiated}
    usernameAttribute: uid
    groupsAttribute: groups
    attributes: [{ name: uid, as: uid }]
${more}
    idp:
${
  idp ??
  `      entityId: ${idpEntity}
      signOnUrl: https://idp.example.com/sso
      logoutUrl: https://idp.example.com/slo
      certificates:
${keys.map((key) => `        - ${pemBlock(key, '          ')}`).join('\n')}`
}
mappings:
  - name: developers
    when: '"devs" in identity.groups'
    grants: [{ role: "arn:aws:iam::${account}:role/Developer" }]
  - name: operators
    when: '"ops" in identity.groups'
    grants: [{ role: "arn:aws:iam::${account}:role/Operator" }]
`
}

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'yaml'

interface Substituted {
  readonly 'Fn::Sub': string
}
interface Template {
  readonly Resources: {
    readonly Provider: {
      readonly Properties: { readonly Url: Substituted; readonly ClientIdList: [Substituted] }
    }
    readonly Role: { readonly Properties: { readonly AssumeRolePolicyDocument: Substituted } }
  }
}
interface Terraform {
  readonly locals: Readonly<Record<string, string>>
  readonly resource: {
    readonly aws_iam_openid_connect_provider: {
      readonly gatehouse: { readonly url: string; readonly client_id_list: [string] }
    }
    readonly aws_iam_role: { readonly gatehouse: { readonly assume_role_policy: string } }
  }
}

/** What an AWS account has for a Gatehouse. */
export interface Documented {
  readonly url: string
  readonly clientIds: readonly string[]
  /** The role's trust policy: JSON. */
  readonly trust: string
}
interface Wanted {
  /** Host of Gatehouse's publicUrl. */
  readonly host: string
  readonly account: string
  readonly role: string
}

const read = (name: string) =>
  readFileSync(resolve(import.meta.dirname, '../../docs/examples/aws', name), 'utf8')

function filled(text: string, values: Readonly<Record<string, string>>): string {
  const once = text.replace(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    return values[name] ?? assert.fail(`nothing for ${name}`)
  })
  return once.includes('${') ? filled(once, values) : once
}

/** What the CloudFormation template of the documentation makes. */
export function fromCloudFormation({ host, account, role }: Wanted): Documented {
  const { Provider, Role } = (parse(read('cloudformation.yaml')) as Template).Resources
  const values = {
    Gatehouse: host,
    RoleName: role,
    'AWS::AccountId': account,
    'AWS::Partition': 'aws',
  }
  const of = (one: Substituted) => filled(one['Fn::Sub'], values)
  return {
    url: of(Provider.Properties.Url),
    clientIds: Provider.Properties.ClientIdList.map(of),
    trust: of(Role.Properties.AssumeRolePolicyDocument),
  }
}

/** What the Terraform configuration of the documentation makes. */
export function fromTerraform({ host, account, role }: Wanted): Documented {
  const { locals, resource } = JSON.parse(read('gatehouse.tf.json')) as Terraform
  const { gatehouse: provider } = resource.aws_iam_openid_connect_provider
  const values: Record<string, string> = {
    'var.gatehouse': host,
    'var.role_name': role,
    'data.aws_caller_identity.current.account_id': account,
    ...Object.fromEntries(Object.entries(locals).map(([name, text]) => [`local.${name}`, text])),
  }
  const url = filled(provider.url, values)
  const arn = `arn:aws:iam::${account}:oidc-provider/${url.replace('https://', '')}`
  return {
    url,
    clientIds: provider.client_id_list.map((one) => filled(one, values)),
    trust: filled(resource.aws_iam_role.gatehouse.assume_role_policy, {
      ...values,
      'aws_iam_openid_connect_provider.gatehouse.arn': arn,
    }),
  }
}

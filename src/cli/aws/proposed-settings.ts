import { Document, isMap, isScalar, visit } from 'yaml'
import { type IamKind, iamArn } from '../../kernel/arn.ts'
import { type PartitionName, partitions } from '../../kernel/partitions.ts'
import { assumeAction, type Protocol } from '../../kernel/protocol.ts'
import { visibleText } from '../../kernel/visible-text.ts'
import type { AwsRole, LeftOut } from './read-roles.ts'

/** What people sign in with, and trust policies name. */
export interface ProposedConnector {
  readonly id: string
  readonly protocol: Exclude<Protocol, 'oidc'>
}

export interface Proposal {
  readonly account: string
  readonly partition: PartitionName
  /** Of the console; absent: the partition's main one. */
  readonly region?: string | undefined
  /** Whether the settings have the account's `upstream` already. */
  readonly hasUpstream: boolean
  readonly connectors: readonly ProposedConnector[]
  /** The issuer of tokens for the account, without `https://`; absent: the settings do not tell. */
  readonly issuer?: string | undefined
  /** Name of the group that gets a role: `{account}` and `{role}` stand for them. */
  readonly group: string
}

const mostCommentCharacters = 4000
/** What settings replace: a text of others must not read variables and files of the server. */
const reference = /\$\{(?:env|file):/

/**
 * The sections of settings that take over `roles`: YAML. What each role trusts at AWS stands above
 * it, for whoever reads. Returns also what of them can't be taken over.
 */
export function proposedSettings(
  proposal: Proposal,
  roles: readonly AwsRole[],
): { readonly text: string; readonly leftOut: readonly LeftOut[] } {
  const { account, partition, hasUpstream, connectors, group } = proposal
  const leftOut: LeftOut[] = []
  const region = proposal.region ?? partitions[partition].mainRegion
  const trustPolicy = trustFor(proposal, connectors)
  const entries = roles.map(
    (role) => [role.name, roleSettings(role, trustPolicy, leftOut)] as const,
  )
  const settings = {
    accounts: {
      [account]: {
        ...(partition !== 'aws' && { partition }),
        ...(!hasUpstream && {
          upstream: { type: 'aws', region, credentials: { from: 'signed-token' } },
        }),
        // A map keeps the order, whatever the names are.
        roles: new Map(entries),
      },
    },
    mappings: roles.map(({ name, arn }) => {
      const named = group.replaceAll('{account}', account).replaceAll('{role}', name)
      return {
        name: `aws-${account}-${name}`,
        when: `${JSON.stringify(named)} in identity.groups`,
        grants: [{ role: arn, sourceIdentity: '${identity.username}' }],
      }
    }),
  }
  const document = new Document(settings, { aliasDuplicateObjects: false })
  const map = document.getIn(['accounts', account, 'roles'])
  if (isMap(map))
    for (const [index, { key }] of map.items.entries())
      if (isScalar(key)) key.commentBefore = commentOn(roles[index]!, proposal)
  // What a terminal would obey is escaped, which only quoted texts can be.
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && node.value !== visibleText(node.value))
        node.type = 'QUOTE_DOUBLE'
    },
  })
  return { text: visibleText(document.toString({ lineWidth: 0 })), leftOut }
}

function roleSettings(role: AwsRole, trustPolicy: object, leftOut: LeftOut[]) {
  const { name, path, description, maxSessionSeconds, tags } = role
  const isFit = (what: string, ...texts: readonly string[]) => {
    const fit = !texts.some((text) => reference.test(text) || text !== text.toWellFormed())
    if (!fit) leftOut.push({ name, why: `its ${what} has what settings would replace` })
    return fit
  }
  const kept = Object.entries(tags).filter(([key, value]) => isFit('tag', key, value))
  return {
    ...(path !== '/' && { path }),
    ...(description && isFit('description', description) && { description }),
    ...(maxSessionSeconds !== undefined && { maxSessionDuration: maxSessionSeconds }),
    ...(kept.length > 0 && { tags: Object.fromEntries(kept) }),
    trustPolicy,
  }
}

/** Who signs in here may take the role, where a mapping grants it. */
function trustFor(
  { partition, account }: Proposal,
  connectors: readonly ProposedConnector[],
): object {
  const provider = ({ id, protocol }: ProposedConnector) =>
    iamArn({ partition, account }, `${protocol}-provider` satisfies IamKind, id)
  const actions = new Set(connectors.map(({ protocol }) => assumeAction(protocol)))
  const [only, ...more] = connectors.map(provider)
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: more.length === 0 ? only : [only, ...more] },
        Action: [...actions, 'sts:TagSession', 'sts:SetSourceIdentity'],
      },
    ],
  }
}

function commentOn({ trust, maxSessionSeconds, name }: AwsRole, proposal: Proposal): string {
  const { issuer, account } = proposal
  const lines = [`there: ${trust}`]
  if (issuer !== undefined && !trust.includes(`oidc-provider/${issuer}"`))
    lines.push(
      `there: let its trust policy name oidc-provider/${issuer} with the subject ` +
        `"${account}:${name}:*" (docs/aws-accounts.md)`,
    )
  if (maxSessionSeconds === undefined)
    lines.push('maxSessionDuration: not told by get-account-authorization-details; default 1h')
  return lines
    .map((line) => ` ${visibleText(line.replace(/\s+/g, ' ')).slice(0, mostCommentCharacters)}`)
    .join('\n')
}

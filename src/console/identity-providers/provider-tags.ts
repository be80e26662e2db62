import type { Tag } from '../../reference/aws/iam-shapes.gen.ts'
import type { Action, Call } from '../call.ts'
import { tagsField, tagsOf, tagsText } from '../iam/entity-forms/tags.ts'
import { tagTasks } from '../iam/entity-forms/tags-page.ts'
import { nameInArn } from '../iam/parts.ts'
import { type Page, stepsPage } from '../page.ts'
import { providerAddress } from './addresses.ts'
import { oidcProvider } from './oidc-provider.ts'
import { samlProvider } from './saml-provider.ts'
import { words } from './words.ts'

const said = words.tags
type AnyCall = Call<Action>

/** How the tags of a kind of provider are read and changed. */
interface Way {
  readonly kind: 'oidc' | 'saml'
  readonly page: Page
  readonly calls: readonly [get: Action, tag: Action, untag: Action]
  get(call: AnyCall, arn: string): Promise<{ readonly Tags?: readonly Tag[] | undefined }>
  tag(call: AnyCall, arn: string, tags: readonly Tag[]): Promise<unknown>
  untag(call: AnyCall, arn: string, keys: readonly string[]): Promise<unknown>
}

/** `…/tags`: sets and removes tags, as many calls as there are kinds of change. */
function tagsPageOf({ kind, page, calls, get, tag, untag }: Way): Page {
  return stepsPage<Action>({
    path: `/console/identity-providers/${kind}/:arn/tags`,
    params: { arn: page.params!.arn! },
    under: page,
    crumb: said.crumb,
    calls,
    steps: [{ title: '', fields: [tagsField] }],
    button: said.button,
    edits: true,
    read: async (call, { params: { arn = '' } }) => ({
      title: said.title(nameInArn(arn)),
      says: said.says,
      values: { Tags: tagsText((await get(call, arn)).Tags) },
      keep: { text: said.keep, href: providerAddress(kind, arn) },
    }),
    plan: ({ Tags = '' }, { params: { arn = '' }, now }) => ({
      tasks: tagTasks(tagsOf(now.Tags), tagsOf(Tags), {
        tag: (call, tags) => tag(call, arn, tags),
        untag: (call, keys) => untag(call, arn, keys),
      }),
      to: providerAddress(kind, arn),
      said: said.said,
      report: said.report,
    }),
  })
}

export const oidcTags = tagsPageOf({
  kind: 'oidc',
  page: oidcProvider,
  calls: [
    'iam:GetOpenIDConnectProvider',
    'iam:TagOpenIDConnectProvider',
    'iam:UntagOpenIDConnectProvider',
  ],
  get: (call, arn) => call('iam:GetOpenIDConnectProvider', { OpenIDConnectProviderArn: arn }),
  tag: (call, arn, Tags) =>
    call('iam:TagOpenIDConnectProvider', { OpenIDConnectProviderArn: arn, Tags }),
  untag: (call, arn, TagKeys) =>
    call('iam:UntagOpenIDConnectProvider', { OpenIDConnectProviderArn: arn, TagKeys }),
})

export const samlTags = tagsPageOf({
  kind: 'saml',
  page: samlProvider,
  calls: ['iam:GetSAMLProvider', 'iam:TagSAMLProvider', 'iam:UntagSAMLProvider'],
  get: (call, arn) => call('iam:GetSAMLProvider', { SAMLProviderArn: arn }),
  tag: (call, arn, Tags) => call('iam:TagSAMLProvider', { SAMLProviderArn: arn, Tags }),
  untag: (call, arn, TagKeys) => call('iam:UntagSAMLProvider', { SAMLProviderArn: arn, TagKeys }),
})

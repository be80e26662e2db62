import { iam, type Step } from './step.ts'

/** The account's name and its figures, told last: of what the story made nothing is left. */
export const account: readonly Step[] = [
  iam('ListAccountAliases', {}, { answers: { AccountAliases: [] } }),
  iam('CreateAccountAlias', { AccountAlias: 'example-corp' }),
  iam(
    'CreateAccountAlias',
    { AccountAlias: 'example-corp' },
    { refused: ['EntityAlreadyExists', /The account alias example-corp already exists/] },
  ),
  iam('ListAccountAliases', {}, { answers: { AccountAliases: ['example-corp'] } }),
  iam('DeleteAccountAlias', { AccountAlias: 'example-corp' }),
  iam('DeleteAccountAlias', { AccountAlias: 'example-corp' }, { refused: ['NoSuchEntity'] }),
  iam(
    'GetAccountSummary',
    {},
    {
      answers: {
        SummaryMap: {
          Users: 1,
          Groups: 0,
          Roles: 1,
          Policies: 0,
          Providers: 0,
          MFADevices: 0,
          UsersQuota: 5000,
        },
      },
    },
  ),
]

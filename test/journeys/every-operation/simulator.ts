import { allow, document, iam, type Step } from './step.ts'

const sim = { UserName: 'sim' }
const policy = document({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::box/${aws:username}/*',
  Condition: { Bool: { 'aws:SecureTransport': 'true' } },
})
const source = { PolicySourceArn: 'arn:aws:iam::<account>:user/sim' }

/** A policy is tried before it is given to anybody, and an entity before it is trusted. */
export const simulator: readonly Step[] = [
  iam('CreateUser', sim),
  iam('PutUserPolicy', { ...sim, PolicyName: 'Own', PolicyDocument: policy }),
  iam(
    'GetContextKeysForCustomPolicy',
    { PolicyInputList: [policy] },
    { answers: { ContextKeyNames: ['aws:SecureTransport', 'aws:username'] } },
  ),
  iam('GetContextKeysForPrincipalPolicy', source, {
    answers: { ContextKeyNames: ['aws:SecureTransport', 'aws:username'] },
  }),
  iam(
    'SimulateCustomPolicy',
    { PolicyInputList: [allow('s3:Get*')], ActionNames: ['s3:GetObject', 's3:PutObject'] },
    {
      pageSize: 1,
      answers: {
        EvaluationResults: [
          {
            EvalActionName: 's3:GetObject',
            EvalResourceName: '*',
            EvalDecision: 'allowed',
            MatchedStatements: [
              { SourcePolicyId: 'PolicyInputList.1', StartPosition: { Line: 1, Column: 38 } },
            ],
          },
          { EvalDecision: 'implicitDeny', MatchedStatements: [] },
        ],
      },
    },
  ),
  iam(
    'SimulatePrincipalPolicy',
    {
      ...source,
      ActionNames: ['s3:GetObject'],
      ResourceArns: ['arn:aws:s3:::box/sim/a', 'arn:aws:s3:::box/ann/a'],
      ContextEntries: [
        {
          ContextKeyName: 'aws:SecureTransport',
          ContextKeyType: 'boolean',
          ContextKeyValues: ['true'],
        },
      ],
    },
    {
      answers: {
        EvaluationResults: [
          {
            EvalDecision: 'implicitDeny',
            ResourceSpecificResults: [
              {
                EvalResourceName: 'arn:aws:s3:::box/sim/a',
                EvalResourceDecision: 'allowed',
                MatchedStatements: [{ SourcePolicyId: 'user_sim_Own' }],
              },
              { EvalResourceDecision: 'implicitDeny' },
            ],
          },
        ],
      },
    },
  ),
  iam(
    'SimulatePrincipalPolicy',
    { PolicySourceArn: 'arn:aws:iam::<account>:user/nobody', ActionNames: ['s3:GetObject'] },
    { refused: ['NoSuchEntity', /nobody cannot be found/] },
  ),
  iam('DeleteUserPolicy', { ...sim, PolicyName: 'Own' }),
  iam('DeleteUser', sim),
]

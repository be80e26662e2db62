/** The words of the policy editor that its script shows. */
export const words = {
  document: 'Policy document',
  checkFailed: 'The document could not be checked just now. “Check” asks again.',
  sessionEnded: 'Your session has ended. What you typed is still here.',
  everyAction: 'Every action',
  element: 'Element',
  operator: 'Operator',
  service: 'Service',
  json: 'JSON',
  visually: 'Visual',
  views: 'How to edit the document',
  visual: {
    unreadable:
      'The document has an error of form, so that it can’t be shown here. Mend it as JSON.',
    hidden: (what: string) =>
      `This statement has ${what} in a form that can’t be shown here. It stays as it is: edit it ` +
      'as JSON.',
    statement: (number: number) => `Statement ${number}`,
    addStatement: 'Add a statement',
    removeStatement: (number: number) => `Take statement ${number} out`,
    summary: (services: string, actions: number, resources: number) =>
      [
        services,
        `${actions} action${actions === 1 ? '' : 's'}`,
        `${resources} resource${resources === 1 ? '' : 's'}`,
      ]
        .filter((part) => part !== '')
        .join(' · '),
    sid: 'Name (Sid)',
    effect: 'Effect',
    allow: 'Allow',
    deny: 'Deny',
    actions: 'Actions',
    noAction: 'No action is chosen yet.',
    service: 'Service',
    chooseService: 'Choose a service',
    asking: 'Asking for the actions of the service…',
    everyAction: (pattern: string) => `Every action, also those added later (${pattern})`,
    /** By the names of the reference, in the order in which they are shown. */
    levels: {
      List: 'List',
      Read: 'Read',
      Write: 'Write',
      'Permissions management': 'Permissions management',
      Tagging: 'Tagging',
    },
    picked: (some: number, all: number) => `${some} of ${all}`,
    coveredBy: (pattern: string) => `by ${pattern}`,
    takeOut: (what: string) => `Take ${what} out`,
    takeAway: 'Take away',
    resources: 'Resources',
    resourcesHelp:
      'On what the actions may be done. * stands for any, ${…} for a value of the caller.',
    resource: 'Resource',
    addResource: 'Add a resource',
    chooseResource: 'Choose its type',
    everyResource: 'Every resource (*)',
    arn: {
      partition: 'Partition',
      service: 'Service',
      region: 'Region',
      account: 'Account',
      resource: 'Resource',
    },
    conditions: 'Conditions',
    conditionsHelp: 'Every row has to hold. Without a row the statement always counts.',
    addCondition: 'Add a condition',
    key: 'Key',
    operator: 'Comparison',
    several: 'Key with several values',
    oneValue: 'One value',
    anyValue: 'Any of its values',
    allValues: 'All of its values',
    values: 'Values, one a line',
    ifExists: 'Also when the call has no such key (IfExists)',
  },
} as const

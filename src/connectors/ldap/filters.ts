import {
  AndFilter,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  FilterParser,
  OrFilter,
  PresenceFilter,
} from 'ldapts'

/** Filters are built as trees: typed text is only ever a value, so no escape can be forgotten. */
export const anyEntry: Filter = new PresenceFilter({ attribute: 'objectClass' })

/** Parses `text`, which the settings have already validated. */
export function configuredFilter(text: string): Filter {
  return FilterParser.parseString(text)
}

export function both(first: Filter, second: Filter): Filter {
  return new AndFilter({ filters: [first, second] })
}

export function present(attribute: string): Filter {
  return new PresenceFilter({ attribute })
}

/** Matches entries in which any of `attributes` has any of `values`. */
export function anyEquals(
  attributes: readonly string[],
  values: readonly (string | Buffer)[],
): Filter {
  const filters = attributes.flatMap((attribute) =>
    values.map((value) => new EqualityFilter({ attribute, value })),
  )
  return filters.length === 1 ? filters[0]! : new OrFilter({ filters })
}

/**
 * Matches with Active Directory's LDAP_MATCHING_RULE_IN_CHAIN (MS-ADTS, section 3.1.1.3.4.4.3):
 * membership through any depth of nesting.
 */
export function inChain(attribute: string, dn: string): Filter {
  return new ExtensibleFilter({ matchType: attribute, rule: '1.2.840.113556.1.4.1941', value: dn })
}

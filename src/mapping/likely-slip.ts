/** What people write who know another language, and how CEL writes it. */
const slips: readonly (readonly [RegExp, string])[] = [
  [/(?<![=!<>])=(?!=)/, '`=` compares nothing: write `==`'],
  [/<>/, '`<>` is no operator: write `!=`'],
  [/(?<![.\w])not\s+in(?!\w)/i, '`not in` is no operator: write `!(x in list)`'],
  [/(?<![.\w])is\s+not(?!\w)/i, '`is not` is no operator: write `!=`'],
  [/(?<![.\w])and(?!\w)/i, '`and` is no operator: write `&&`'],
  [/(?<![.\w])or(?!\w)/i, '`or` is no operator: write `||`'],
  [/(?<![.\w])not(?!\w)/i, '`not` is no operator: write `!`'],
  [/(?<![.\w])is(?!\w)/i, '`is` is no operator: write `==`'],
  [/(?<!&)&(?!&)/, '`&` is no operator: write `&&`'],
  [/(?<!\|)\|(?!\|)/, '`|` is no operator: write `||`'],
  [/[“”„‟«»‘’‚]/, 'texts stand in straight quotes: `"text"`'],
]
const texts = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/gs

/** `not(…)` parses, as the call of a function. */
export function asOperator(name: string): string | undefined {
  return slips.find(([pattern]) => pattern.exec(name)?.[0] === name)?.[1]
}

/**
 * What is meant by an expression that could not be parsed, and where; undefined where that is not
 * known. Texts in quotes are passed over.
 */
export function likelySlip(
  source: string,
): { readonly message: string; readonly offset: number } | undefined {
  const code = source.replace(texts, (text) => ' '.repeat(text.length))
  const found = slips.flatMap(([pattern, message]) => {
    const at = code.search(pattern)
    return at < 0 ? [] : { message, offset: at }
  })
  return found.toSorted((one, other) => one.offset - other.offset)[0]
}

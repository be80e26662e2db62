/** What AWS calls its services, by prefix, and ours. The file is read at first use. */
export async function serviceTitles(): Promise<Readonly<Record<string, string>>> {
  const module = await import('./service-titles.gen.json', { with: { type: 'json' } })
  return { ...module.default, gatehouse: 'Gatehouse' }
}

/** As many as an organization with fifty projects, two hundred keys and thirty models has in a busy hour. */
export const rowsPerHour = 530;

const models = [
  'gpt-4o-mini-2024-07-18',
  'gpt-4o-2024-08-06',
  'gpt-4.1-2025-04-14',
  'gpt-4.1-mini-2025-04-14',
  'gpt-5-2025-08-07',
  'gpt-5-mini-2025-08-07',
  'o4-mini-2025-04-16',
  'gpt-5.6-luna',
];
const tiers = ['default', 'default', 'flex', 'priority'];
const hourSecs = 3600;

/** The results of one hour, as JSON; a dozen of them, used in turn, so that making them costs little of what is measured. */
const hours = Array.from({ length: 12 }, (_, hour) =>
  JSON.stringify(Array.from({ length: rowsPerHour }, (_row, index) => usageResult(hour, index))),
);

/** An answer of `GET /organization/usage/completions` by the hour, with every field of the present API. */
export function answerUsagePage({ searchParams }: URL): Response {
  const start = Number(searchParams.get('page') ?? searchParams.get('start_time'));
  const end = Number(searchParams.get('end_time'));
  const limit = Number(searchParams.get('limit'));
  const buckets: string[] = [];
  let at = start;
  for (; at < end && buckets.length < limit; at += hourSecs) {
    const results = hours[(at / hourSecs) % hours.length];
    buckets.push(`{"object":"bucket","start_time":${at},"end_time":${at + hourSecs},"results":${results}}`);
  }
  const next = at < end ? `"${at}"` : 'null';
  const body = `{"object":"page","data":[${buckets.join(',')}],"has_more":${at < end},"next_page":${next}}`;
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

function usageResult(hour: number, index: number) {
  const requests = 1 + ((index * 7 + hour) % 400);
  const uncached = requests * (900 + (index % 50) * 30);
  const cached = index % 3 === 0 ? requests * 512 : 0;
  const output = requests * (120 + (index % 40) * 10);
  const key = index % 200;
  return {
    object: 'organization.usage.completions.result',
    input_tokens: uncached + cached,
    output_tokens: output,
    num_model_requests: requests,
    input_cached_tokens: cached,
    input_audio_tokens: 0,
    output_audio_tokens: 0,
    input_uncached_tokens: uncached,
    input_cache_write_tokens: 0,
    input_cache_write_30m_tokens: 0,
    input_cache_write_12h_tokens: 0,
    input_text_tokens: uncached,
    input_image_tokens: 0,
    input_cached_text_tokens: cached,
    input_cached_audio_tokens: 0,
    input_cached_image_tokens: 0,
    output_text_tokens: output,
    output_image_tokens: 0,
    project_id: `proj_${String(key % 50).padStart(24, '0')}`,
    user_id: `user-${String(key % 12).padStart(24, '0')}`,
    api_key_id: `key_${String(key).padStart(16, '0')}`,
    model: models[(index + Math.floor(index / 200)) % models.length],
    batch: index % 11 === 0,
    service_tier: tiers[index % tiers.length],
    api_source: null,
  };
}

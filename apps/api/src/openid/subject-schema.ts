import { z } from 'zod';

/** A `sub`, no longer than it may be (OpenID Connect Core 1.0 §2), and without what Postgres keeps in no text. */
export const subjectSchema = z.string().regex(/^[^\0\p{Cs}]{1,255}$/u);

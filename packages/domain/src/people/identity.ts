/** One person for good; no other claim is (OpenID Connect Core 1.0 §5.7). */
export interface SubjectOfIssuer {
  issuer: string;
  subject: string;
}

/** Who somebody is, as an identity provider says it of them. */
export interface Identity extends SubjectOfIssuer {
  /** For people to read. */
  name: string;
  /** Null when the provider tells none. */
  email: { address: string; isVerified: boolean } | null;
  groups: readonly string[];
}

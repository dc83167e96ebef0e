/** Who somebody is, as an identity provider says it of them. */
export interface Identity {
  /** Together with `subject` one person for good; no other claim is (OpenID Connect Core 1.0 §5.7). */
  issuer: string;
  subject: string;
  /** For people to read. */
  name: string;
  /** Null when the provider tells none. */
  email: { address: string; isVerified: boolean } | null;
  groups: readonly string[];
}

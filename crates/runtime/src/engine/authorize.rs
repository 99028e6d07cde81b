//! Signs a request, or adds its token, with credentials that may have to be fetched first.

use http::header::{AUTHORIZATION, HeaderValue};

use crate::credentials::{Chains, CredentialError};
use crate::provider::{Auth, HttpRequest, PROJECT};

/// Adds to a request what says who sends it.
pub(crate) async fn authorize(chains: &Chains, built: &mut HttpRequest) -> Result<(), CredentialError> {
    match std::mem::take(&mut built.auth) {
        Auth::None => Ok(()),
        #[cfg(feature = "bedrock")]
        Auth::Aws { keys, wanted } => {
            let keys = match keys {
                Some(keys) => keys,
                // Boxed, since a call to another provider would else have the room for it as well.
                None => Box::pin(chains.aws(&wanted)).await?,
            };
            let now = std::time::SystemTime::now();
            crate::provider::sign(built, &keys, &wanted.region, "bedrock", now)
                .map_err(CredentialError::missing)
        }
        Auth::Google { wanted } => {
            let found = Box::pin(chains.google(&wanted)).await?;
            let bearer = HeaderValue::from_str(&format!("Bearer {}", found.token));
            let mut bearer =
                bearer.map_err(|_| CredentialError::missing("the token is not valid in a header"))?;
            bearer.set_sensitive(true);
            built.headers.insert(AUTHORIZATION, bearer);
            let path = built.url.path();
            if path.contains(PROJECT) {
                let unknown =
                    || CredentialError::missing("`project_id` is missing, and the credentials name none");
                let path = path.replace(PROJECT, &found.project.ok_or_else(unknown)?);
                built.url.set_path(&path);
            }
            Ok(())
        }
    }
}

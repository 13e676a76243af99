//! Signatures, checked by the library that TLS uses already.

use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind,
    crypto::{CryptoProvider, JwtVerifier, KeyUtils},
    errors::{Error, ErrorKind},
    signature::{self, Verifier},
};
use ring::signature as ring;

/// For the process; a provider that stands already serves as well.
pub(super) fn install() {
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: |_, _| Err(Error::from(ErrorKind::InvalidAlgorithm)),
        verifier_factory: |algorithm, key| {
            if algorithm.family_of_key() != Some(key.family()) {
                return Err(Error::from(ErrorKind::InvalidKeyFormat));
            }
            Ok(Box::new(Signature { algorithm: *algorithm, key: key.clone() }))
        },
        key_utils: KeyUtils::new_unimplemented(),
    };
    let _ = PROVIDER.install_default();
}

struct Signature {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl JwtVerifier for Signature {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl Verifier<Vec<u8>> for Signature {
    fn verify(&self, message: &[u8], given: &Vec<u8>) -> Result<(), signature::Error> {
        let checked = match self.key.kind() {
            DecodingKeyKind::RsaModulusExponent { n, e } => {
                let parameters = match self.algorithm {
                    Algorithm::RS256 => &ring::RSA_PKCS1_2048_8192_SHA256,
                    Algorithm::RS384 => &ring::RSA_PKCS1_2048_8192_SHA384,
                    Algorithm::RS512 => &ring::RSA_PKCS1_2048_8192_SHA512,
                    Algorithm::PS256 => &ring::RSA_PSS_2048_8192_SHA256,
                    Algorithm::PS384 => &ring::RSA_PSS_2048_8192_SHA384,
                    Algorithm::PS512 => &ring::RSA_PSS_2048_8192_SHA512,
                    _ => return Err(signature::Error::new()),
                };
                // Some issuers write numbers with leading zeros.
                let number = |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
                ring::RsaPublicKeyComponents { n: number(n), e: number(e) }.verify(parameters, message, given)
            }
            DecodingKeyKind::SecretOrDer(bytes) => {
                let algorithm: &dyn ring::VerificationAlgorithm = match self.algorithm {
                    Algorithm::ES256 => &ring::ECDSA_P256_SHA256_FIXED,
                    Algorithm::ES384 => &ring::ECDSA_P384_SHA384_FIXED,
                    Algorithm::EdDSA => &ring::ED25519,
                    _ => return Err(signature::Error::new()),
                };
                ring::UnparsedPublicKey::new(algorithm, bytes).verify(message, given)
            }
        };
        checked.map_err(|_| signature::Error::new())
    }
}

/// The family of keys that an algorithm needs.
pub(super) trait FamilyOfKey {
    /// `None` for a secret that both sides share.
    fn family_of_key(&self) -> Option<AlgorithmFamily>;
}

impl FamilyOfKey for Algorithm {
    fn family_of_key(&self) -> Option<AlgorithmFamily> {
        let families = [AlgorithmFamily::Rsa, AlgorithmFamily::Ec, AlgorithmFamily::Ed];
        families.into_iter().find(|family| family.algorithms().contains(self))
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    // Of a key that was made for this and thrown away, over `message`.
    const MODULUS: &str = "rNvn0ewWdoqpGoAPLkwSIN1VDfTvjcVHlXNIMks1NkbPGNGgZCmr1U2-mFFH5UXGPRmSwW_5znTsxxdr2QPbLrV3NKjrQ8-zQ_Lh9vf9oP9ud-Cp-_Uju6y9oAjCWobV1DjwVdB_l9ZrW5Df6hR-taRWrkvTENJeAcx8chCvMHgg3nYU5guQpDNnnY6ODm_SA7g1H8fMQkZu13GwM8AupLDfx2vbMIitMHW3jamZz7YE7YxTu_MUURHJYkmTyJq6F-jBMiQ2DUN13Nc7EiDUFsuinYffluAn4A3hZMSvnxYxGFsEzk4ZbE3_Nm4e8W0I9b_8EmwZ3ZIZS778ZZNQsw";
    const RS256: &str = "Yg9lL-rhOk0vXGzIPi0moskpR9toPL83l59oJ_g4Uzn4T8baPRD2WK79MjJ5R4J_4dld2OeWFvDS0MKUlO-peXEOhjT-_VBXQBcOr36aNk6anWTJuqhuihkgoHKEaRje_y-l3PHPjm91yyvRilA3-kSfLNdsAw9auoXyx2hE6QY7oj4lBR8BdNNfPcNp7EzAjizeJG1d_Y4ICs4wjNca5ZbMoz9xRZ-YqqRpYScFPe7dxPTaRj3U6Qmimu-49Gp9hjzzKBjWT2ORlKOSZ2CL6DZPNXAGBaAFZusGiqJdIR-QxXUVhGbUIRRCI795q-pV-XKhTjn4gdQGismxBpZCeQ";
    const RS384: &str = "hhAd_e1hvOOeH29jyr8so8Titz26JkS9J0BCfXkt19OLxpjnMIh30Pch_JVZtssP9P5IoAgMvvHrYLaSeNVWkB-X-g8nfTwyVvRfGjCOd83VEo2nJnJ_1U8H0mgQuq7I_N5yKy_5stjeEykmhX3lTmHuo4W5p19jRbYOob97IPfsZU7eeo5N09vBgYI27iGJm01Pc-6HeOQiI5zD1gInP_DDb5SdqNbM7OtoUI54DqwcCqSa9aDiqNjLgUrKQGb2v21qLRigBCav4LZJNFSRFueaEagM3-KYyky1ZqEsj836AAgdQ0pZIQ-zXZbJOLWnD4Gm0XS4df7iUTZhAq6mcQ";
    const PS256: &str = "plge6-icDGgosy7Fr2C6seAzJoVA_HjfUwbpa8wF4o2zza5JhMX3i1wEBIGcEgwfyq3Tmqfi-_WnlXPul8QsxrHcCQ4EAIAcGaNnYxV9jtr3AoyUEUQgPvcoG7aiZ6f8ygNMn26cCt7WAomeGantLzXHtuanLVcUrQPmKSN42QUe_O9szQ43NNcMuc3xuNIfpQerjXv3lMfJI7Om8eDaiDzI_6DbhKtofr3j52DK4jIPLIcQDu2xI9jxDLclcNXJx7n5YRhJR_o_t_VYp1PSy8Z7xvSA229PNYK3rb0055GSimcNgNmHX80TWsj87hA-MOPCUN2jUw6acZB13fsv5Q";

    #[test]
    fn signatures_of_rsa_are_checked() {
        install();
        let key = DecodingKey::from_rsa_components(MODULUS, "AQAB").unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(MODULUS).unwrap();
        let padded = DecodingKey::from_rsa_raw_components(&[&[0], &*bytes].concat(), &[0, 1, 0, 1]);
        // The algorithm, the signature, the message, whether it holds.
        let cases = [
            (Algorithm::RS256, RS256, "message", true),
            (Algorithm::RS384, RS384, "message", true),
            (Algorithm::PS256, PS256, "message", true),
            (Algorithm::RS256, RS256, "massage", false),
            (Algorithm::RS256, RS384, "message", false),
            (Algorithm::RS256, PS256, "message", false),
            (Algorithm::PS256, RS256, "message", false),
            (Algorithm::RS256, "", "message", false),
        ];
        for (algorithm, signature, message, expected) in cases {
            for key in [&key, &padded] {
                let held = jsonwebtoken::crypto::verify(signature, message.as_bytes(), key, algorithm);
                assert_eq!(held.unwrap(), expected, "{algorithm:?} {message}");
            }
        }
        for algorithm in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::HS256] {
            assert!(jsonwebtoken::crypto::verify(RS256, b"message", &key, algorithm).is_err(), "{algorithm:?}");
        }
    }
}

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
    use ::ring::{rand::SystemRandom, signature::KeyPair as _};
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    // Of a key that was made for this and thrown away, over `message`.
    const MODULUS: &str = "zsE6TFTDa-FJI7zEmfu7w8Sne8NzTiR9FM8dkae5ZjoVkjivPPyTKhYl5rdKtqpBBCWLaLBN76cl7Pny4xqlZREp3fxZNcPGjij9BYyMez_qrW9qNIlw5LiWAbiM12TC4r5RePMGpym69L876weHd7_-agyKaTNQrlj2L852PZzYVzuYYgc6MIFXgxYgLR-k7OrYYrUpvS4IoZ1ka2B-LT5iz_7Y11GqkmY2qq2G8yi-tp2fhHdOTm32Sa1i61Jz7HlHuzDZKt_Gi1kowpouFPIP_DgMSO0oe-wXkCqsAgaOuveSQmfwpzRivx1ZLqj0AYPc9ZMQ13JPRxG1kdzOtw";
    const RS256: &str = "k0FhN0wzxYX8N54ppCkJz1upQxiAgd-RW-HwJ0bXuNjGh0QNZKIluBNS9UDlpuU-r-keP5RvjG9Is5PXnLwBl_5mnuyuBvo-XgFXx7kgG-PnkcJmpOiIORSJzUkOvc4S50y2lRqLXT-Py4DW3DLszoZ5nPyCWQozd6wtFi_JkIkncsoA5J10EGsARZuFCv8kmUYC8fC6WAelXhzmtVflk9zCDwBfp6sm1W04bD0ZR0Tz_5Z7RoLWZb4YSn_FL1Wb3LZWy1WTTa15P-SHrmw6Sf_oUQFyDIKX6G1n24-0MnupOAYyRdxdJVuHBFLHAjsfhAeYLQ4Bwh1McBd4j9XvVw";
    const RS384: &str = "ri-Citvv9Wbz3VeGsHRDpyH2wvHGvGEpQYyohoqcZQBOJdgpmiYF2WhfLPmrgz81qNl8gzgPvkxCCA0u2VK8Ov3W0AunrO_kH6pWCrYVG9R-HnTbix-D2a7oDuntV9PqA-YHxf6HXQyiqwcxCfazaEXLvILtHyUjo3jRNRD4F3XiCiWkTOf5RERsw7P7xiX8WHzqhiv83XA8lxdY_lfRs7raIKhSCJNwA4EGpeaefSnywvjzp_IpG_JqJuHAFNUhz0NDakMxmfifWaegdePTtaVkE8LFf8dcMvCY6EyzRN6ZLVUFrw1xLfVvUDaCCrw8r2Ih8tCy3SDJplXhKMWIRQ";
    const PS256: &str = "jb2SzaOTd1xa0Qbgjyv8RHwG3jgpgPHltxP7X1CQCCBvPjxLkJIJo1CRTakErAdnlMS7Dh-xWLvssLFPmwtvHQi5Cs4c5gw-RUS2bc_1GUaFk9KguImwnePiZmBSQCP0lbNAG5IjpjPqC_1UUPJh_RIa_UzgQMW5M61iTuRTwL4XwJUZJl47Cr1Omrdng8IILS7w2xbcUEujaWongg5QswcMvKWY6pWRMOwDSj0jg1w7xenXTPKuidFQKgHxgWMTjnBVaKjbT_MkgMNqjyO6kDxQXhobzaKRzxcLmKRGdphnitENVmJMjg8DrMwvYgBOhvGepCDL1GsQnYLuzf9tKw";
    const RS512: &str = "u9KMl2roVk4WDdgGhn5j40Qt8-J3rNb4HFbiBXHhsAQNyzarW0CUX5Fqd6MO0pWf5JZF4Gs89HwtJET6bUKSao60hX1fJKveXtpZeU1B907zA4-z_CIhWCPFX0dqEGYacczheOha_nfd3N6ldx4AUjMjvvLBSMZkcEKCqlO5XiXzK9fFVUgQaB5JZ5ulNrViHUNyzKGwO_WDGe5HsHeVgJPXJaMQ2r7C947MKtZIpKkM3LCVLQSICg3mdCYc1kVkP8EFFIi2ap9odIsgOW5h5vY-KXTORtGapOHRm7xH13PDh8plDGXP1AqJApjjGhnbPx1dhkfaSvxiAnK9r3f54Q";
    const PS384: &str = "gldGA2wunq1zQLwYZFw8SUJ3K0wbo5trTtco7Xo45WK68rgCU4g8wZOQ5lorGPguZrQtGFWT-_UdpgiXovUPPd7cDMFMtqw0uWSo_1UKolzT4x4_9acHVphawn_sbCMN-V7dP3QvEGklLAedZc7kixq_3_a_iebxDUmCjNgO5iASH-CHyxZbDv1PrJVyEKYRFxMnltRt27Bw6Z_6b9mmMYgNUp8Y7ZeOoBojEEAsTvpVSRXA2I_DPcCUxJ7UcoWH596IJl4YHgABa1ZkKL-TLxwIRkBbW5Y50NK-F0vCmBOxjqFU54A_BMf0IZ1U0YRqzUQTzw2Sz_7yWd749_M4mQ";
    const PS512: &str = "ml7rjTalxbhhiqOsPQSIEU6y8ZCFzfXlTXxnf2WiCERWRt1Njkyi_RtV2TW9bwmfjuZk3hsU4v-y3_0eFwiIMBSBHOiyWdyLyfWpn102F5qXtw4xt7w4ekOwmIaS8tSNZKR7A7BivoUvtM7hasNzr9R00lWbkw_I1gaORJyeyokstWrIVV-goE6_W141rWunOXgoXd2KCg39OzuK4vb6GOql34v4QAT5AV8fnV_4KK98L8fbmnn0HaL_f9aS0wTP275BPQ9-eaIw995D3o_PFLMY4jsV55u5AUsMtKguLMMKrHpCeCgGy6xu8CpbDD8NHTp-CxsIU75yUM1QErTW2w";

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
            (Algorithm::RS512, RS512, "message", true),
            (Algorithm::PS256, PS256, "message", true),
            (Algorithm::PS384, PS384, "message", true),
            (Algorithm::PS512, PS512, "message", true),
            (Algorithm::PS512, PS384, "message", false),
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

    #[test]
    fn signatures_of_curves_are_checked() {
        install();
        let random = SystemRandom::new();
        let signed = |algorithm: &'static ring::EcdsaSigningAlgorithm| {
            let document = ring::EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
            let pair = ring::EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
            let signature = pair.sign(&random, b"message").unwrap();
            (DecodingKey::from_ec_der(pair.public_key().as_ref()), URL_SAFE_NO_PAD.encode(signature))
        };
        let (p256, es256) = signed(&ring::ECDSA_P256_SHA256_FIXED_SIGNING);
        let (p384, es384) = signed(&ring::ECDSA_P384_SHA384_FIXED_SIGNING);
        let document = ring::Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        let pair = ring::Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        let ed = DecodingKey::from_ed_der(pair.public_key().as_ref());
        let eddsa = URL_SAFE_NO_PAD.encode(pair.sign(b"message"));
        let cases = [
            (Algorithm::ES256, &p256, &es256, "message", true),
            (Algorithm::ES384, &p384, &es384, "message", true),
            (Algorithm::EdDSA, &ed, &eddsa, "message", true),
            (Algorithm::ES256, &p256, &es256, "massage", false),
            (Algorithm::ES384, &p384, &es384, "massage", false),
            (Algorithm::EdDSA, &ed, &eddsa, "massage", false),
            (Algorithm::ES256, &p256, &es384, "message", false),
            (Algorithm::ES384, &p256, &es256, "message", false),
        ];
        for (algorithm, key, signature, message, expected) in cases {
            let held = jsonwebtoken::crypto::verify(signature, message.as_bytes(), key, algorithm);
            assert_eq!(held.unwrap(), expected, "{algorithm:?} {message}");
        }
        assert_eq!(Signature { algorithm: Algorithm::ES384, key: p384.clone() }.algorithm(), Algorithm::ES384);
        for (algorithm, key) in [(Algorithm::EdDSA, &p256), (Algorithm::ES256, &ed), (Algorithm::RS256, &ed)] {
            assert!(jsonwebtoken::crypto::verify(&eddsa, b"message", key, algorithm).is_err(), "{algorithm:?}");
        }
    }
}

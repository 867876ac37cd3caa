//! A trained model: what is stored, read, and used again on other rows of the same columns.

use serde::{Deserialize, Serialize};

use super::class::Fit;
use super::keys::possible;
use super::kind::Kind;
use super::level;
use super::locale::Locale;
use super::prepared::Prepared;
use super::settings::LinkError;
use super::values::Shape;

/// Fields, rules and parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Model {
    /// How names and addresses were read.
    #[serde(default = "latin")]
    pub locale: Locale,
    /// The fields, in their order.
    pub fields: Vec<FieldModel>,
    /// The blocking rules; without any, all pairs are compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<Rule>>,
    pub(crate) fit: Fit,
}

/// The locale of models that name none.
const fn latin() -> Locale {
    Locale::Latin
}

/// A field of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldModel {
    /// The column's heading.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// A blocking rule with its estimates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The keys two records must share, all of them.
    pub keys: Vec<String>,
    /// Estimated share of the pairs of the same person that only this rule reaches.
    #[serde(default)]
    pub gain: f64,
    /// Estimated pairs.
    #[serde(default)]
    pub pairs: f64,
}

/// How a field speaks at one level, for reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LevelModel {
    /// The level's name.
    pub level: &'static str,
    /// Its share among pairs of the same person.
    pub same: f64,
    /// Its share among random pairs.
    pub random: f64,
}

impl Model {
    /// The levels of each field that occur, best first.
    #[must_use]
    pub fn levels(&self) -> Vec<(&FieldModel, Vec<LevelModel>)> {
        let levels = |(index, field): (usize, &FieldModel)| {
            let shape = Shape::of(field.kind);
            let same = self.fit.same_levels(index);
            let of = |level: u8| {
                let at = usize::from(level);
                LevelModel {
                    level: level::name(shape, level),
                    same: same[at],
                    random: self.fit.random.levels[index][at],
                }
            };
            let all = (level::DIFFERENT..=level::EQUAL).rev().map(of);
            all.filter(|level| level.same > 2e-4 || level.random > 2e-4).collect()
        };
        self.fields.iter().enumerate().map(|pair| (pair.1, levels(pair))).collect()
    }

    /// What a column holds; ignored, if the model does not know it.
    #[must_use]
    pub fn kind(&self, name: &str) -> Kind {
        self.fields.iter().find(|field| field.name == name).map_or(Kind::Ignored, |field| field.kind)
    }

    /// Estimated pairs of the same person among all pairs.
    #[must_use]
    pub fn same_share(&self) -> f64 {
        self.fit.same_share()
    }

    /// Whether the model fits the fields of a table.
    ///
    /// # Errors
    /// [`LinkError::OtherColumns`].
    pub(crate) fn check(&self, prepared: &Prepared) -> Result<(), LinkError> {
        let same = self.fields.len() == prepared.fields.len()
            && self.fields.iter().zip(&prepared.fields).all(|(a, b)| a.name == b.name && a.kind == b.kind)
            && self.fit.is_whole(self.fields.len());
        let names = || self.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
        if same { Ok(()) } else { Err(LinkError::OtherColumns(names())) }
    }
}

/// Rules as bits of the keys that can be made of a table; at least one, each of at least one key.
pub(crate) fn rule_bits(prepared: &Prepared, rules: &[Vec<String>]) -> Result<Vec<u32>, LinkError> {
    if rules.is_empty() || rules.iter().any(Vec::is_empty) {
        return Err(LinkError::NoRules);
    }
    let names: Vec<String> = possible(prepared).iter().map(|key| key.name(prepared)).collect();
    let bit = |key: &String| {
        let at = names.iter().position(|name| name == key);
        at.map(|at| 1_u32 << at).ok_or_else(|| LinkError::NoSuchKey(key.clone()))
    };
    rules.iter().map(|rule| rule.iter().try_fold(0, |bits, key| Ok(bits | bit(key)?))).collect()
}

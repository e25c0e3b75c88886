//! What an expression says.

use series::Matcher;

use crate::function::Function;

/// An expression, and where it begins in the text (bytes).
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Where it begins.
    pub pos: usize,
    /// What it is.
    pub kind: Kind,
}

/// What kinds of values there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// One number at each time.
    Scalar,
    /// A text.
    String,
    /// One value for each series at each time.
    Vector,
    /// Many samples for each series at each time.
    Matrix,
}

impl Type {
    /// As messages call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::String => "string",
            Self::Vector => "instant vector",
            Self::Matrix => "range vector",
        }
    }
}

/// The forms of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A number, or a duration in seconds.
    Number(f64),
    /// A text.
    String(String),
    /// The newest sample of each series.
    Selector(Selector),
    /// The samples of a stretch of time of each series.
    Range {
        /// Which series.
        selector: Selector,
        /// How long the stretch is.
        range: Span,
    },
    /// The values of an expression at the steps of a stretch of time.
    Subquery {
        /// The expression.
        expr: Box<Expr>,
        /// How long the stretch is.
        range: Span,
        /// How far apart the steps are; the default when absent.
        step: Option<Span>,
        /// When.
        shift: Shift,
    },
    /// An expression in brackets.
    Paren(Box<Expr>),
    /// An expression with a sign before it.
    Unary {
        /// Whether the sign is a minus.
        negative: bool,
        /// The expression.
        expr: Box<Expr>,
    },
    /// Two expressions and an operator.
    Binary(Box<Binary>),
    /// Many series into few.
    Aggregate(Box<Aggregate>),
    /// A function.
    Call {
        /// Which.
        function: &'static Function,
        /// With what, brackets around whole arguments removed.
        args: Vec<Expr>,
    },
}

/// How the samples of a stretch are completed at its borders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Border {
    /// Not at all: functions extrapolate.
    #[default]
    Open,
    /// The last sample before the stretch belongs to it.
    Anchored,
    /// Values at the borders are interpolated.
    Smoothed,
}

/// Which series.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selector {
    /// The name given before the braces.
    pub name: Option<String>,
    /// The conditions, with that on the name.
    pub matchers: Vec<Matcher>,
    /// When.
    pub shift: Shift,
    /// How borders are completed.
    pub border: Border,
    /// Its number among the selectors of the expression, given when the expression is bound to a time.
    pub id: usize,
}

/// When a selector or subquery looks: at a fixed time or at the time of the evaluation, and how much before.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shift {
    /// The fixed time.
    pub at: Option<At>,
    /// How much before; negative is after.
    pub offset: Option<Span>,
}

/// A fixed time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Milliseconds since 1970.
    Time(i64),
    /// Where the query begins.
    Start,
    /// Where the query ends.
    End,
}

/// A length of time.
#[derive(Debug, Clone, PartialEq)]
pub enum Span {
    /// Milliseconds.
    Millis(i64),
    /// Something to be computed, in seconds.
    Computed(Box<Duration>),
}

/// A computed length of time.
#[derive(Debug, Clone, PartialEq)]
pub enum Duration {
    /// Seconds.
    Seconds(f64),
    /// The step of the query.
    Step,
    /// The range of the query.
    Range,
    /// With a minus.
    Negative(Box<Self>),
    /// Two and an operator: one of `+ - * / % ^`, `<` for the smaller, `>` for the larger.
    Both(char, Box<Self>, Box<Self>),
}

/// Two expressions and an operator.
#[derive(Debug, Clone, PartialEq)]
pub struct Binary {
    /// The operator.
    pub op: Op,
    /// Left.
    pub left: Expr,
    /// Right.
    pub right: Expr,
    /// Whether a comparison gives 1 or 0 instead of choosing.
    pub bool: bool,
    /// How series find each other.
    pub matching: Matching,
}

/// Operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    Atan2,
    Eq,
    NotEq,
    Less,
    Greater,
    LessEq,
    GreaterEq,
    TrimUpper,
    TrimLower,
    And,
    Or,
    Unless,
}

impl Op {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Mod => "%",
            Self::Pow => "^",
            Self::Atan2 => "atan2",
            Self::Eq => "==",
            Self::NotEq => "!=",
            Self::Less => "<",
            Self::Greater => ">",
            Self::LessEq => "<=",
            Self::GreaterEq => ">=",
            Self::TrimUpper => "</",
            Self::TrimLower => ">/",
            Self::And => "and",
            Self::Or => "or",
            Self::Unless => "unless",
        }
    }

    /// Whether it compares.
    pub fn compares(self) -> bool {
        use Op::{Eq, Greater, GreaterEq, Less, LessEq, NotEq};
        matches!(self, Eq | NotEq | Less | Greater | LessEq | GreaterEq)
    }

    /// Whether it works on sets of series.
    pub fn is_set(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::Unless)
    }

    /// Whether what comes out is another quantity than what went in, so that it loses its name.
    pub fn renames(self) -> bool {
        use Op::{Add, Atan2, Div, Mod, Mul, Pow, Sub};
        matches!(self, Add | Sub | Mul | Div | Mod | Pow | Atan2)
    }
}

/// How many series of each side find each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Card {
    /// One and one.
    #[default]
    OneToOne,
    /// Many left, one right.
    ManyToOne,
    /// One left, many right.
    OneToMany,
}

/// How series of two sides find each other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matching {
    /// How many of each side.
    pub card: Card,
    /// Whether `labels` are those that count, or those that do not.
    pub on: bool,
    /// Labels of `on` or `ignoring`.
    pub labels: Vec<String>,
    /// Labels that are taken over from the one side.
    pub include: Vec<String>,
    /// What stands for a missing left series.
    pub fill_left: Option<f64>,
    /// What stands for a missing right series.
    pub fill_right: Option<f64>,
}

/// Many series into few.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// How.
    pub op: AggregateOp,
    /// Of what.
    pub expr: Expr,
    /// The number or label before it.
    pub param: Option<Expr>,
    /// Labels of `by` or `without`, sorted.
    pub labels: Vec<String>,
    /// Whether these are those that do not count.
    pub without: bool,
}

/// How many series become few.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggregateOp {
    Sum,
    Avg,
    Count,
    Min,
    Max,
    Group,
    Stddev,
    Stdvar,
    Topk,
    Bottomk,
    CountValues,
    Quantile,
    Limitk,
    LimitRatio,
}

impl AggregateOp {
    const NAMES: [(&'static str, Self); 14] = [
        ("sum", Self::Sum),
        ("avg", Self::Avg),
        ("count", Self::Count),
        ("min", Self::Min),
        ("max", Self::Max),
        ("group", Self::Group),
        ("stddev", Self::Stddev),
        ("stdvar", Self::Stdvar),
        ("topk", Self::Topk),
        ("bottomk", Self::Bottomk),
        ("count_values", Self::CountValues),
        ("quantile", Self::Quantile),
        ("limitk", Self::Limitk),
        ("limit_ratio", Self::LimitRatio),
    ];

    /// The one with a name in small letters.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(own, _)| *own == name).map(|(_, op)| *op)
    }

    /// As it is written.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, op)| *op == self).map_or("", |(name, _)| name)
    }

    /// What must stand before the expression.
    pub fn param(self) -> Option<Type> {
        match self {
            Self::Topk | Self::Bottomk | Self::Quantile | Self::Limitk | Self::LimitRatio => {
                Some(Type::Scalar)
            }
            Self::CountValues => Some(Type::String),
            _ => None,
        }
    }
}

impl Expr {
    /// What kind of value it has.
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Number(_) => Type::Scalar,
            Kind::String(_) => Type::String,
            Kind::Range { .. } | Kind::Subquery { .. } => Type::Matrix,
            Kind::Paren(expr) | Kind::Unary { expr, .. } => expr.ty(),
            Kind::Binary(binary) if binary.left.ty() == Type::Scalar && binary.right.ty() == Type::Scalar => {
                Type::Scalar
            }
            Kind::Selector(_) | Kind::Aggregate(_) | Kind::Binary(_) => Type::Vector,
            Kind::Call { function, .. } => function.returns,
        }
    }

    /// Without the brackets around it.
    #[must_use]
    pub fn unwrapped(self) -> Self {
        match self.kind {
            Kind::Paren(expr) => expr.unwrapped(),
            _ => self,
        }
    }

    /// Its parts, left to right.
    pub fn parts_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            Kind::Number(_) | Kind::String(_) | Kind::Selector(_) | Kind::Range { .. } => Vec::new(),
            Kind::Subquery { expr, .. } | Kind::Paren(expr) | Kind::Unary { expr, .. } => vec![expr],
            Kind::Binary(binary) => vec![&mut binary.left, &mut binary.right],
            Kind::Aggregate(aggregate) => aggregate.param.iter_mut().chain([&mut aggregate.expr]).collect(),
            Kind::Call { args, .. } => args.iter_mut().collect(),
        }
    }

    /// Its parts, left to right.
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Number(_) | Kind::String(_) | Kind::Selector(_) | Kind::Range { .. } => Vec::new(),
            Kind::Subquery { expr, .. } | Kind::Paren(expr) | Kind::Unary { expr, .. } => vec![expr],
            Kind::Binary(binary) => vec![&binary.left, &binary.right],
            Kind::Aggregate(aggregate) => aggregate.param.iter().chain([&aggregate.expr]).collect(),
            Kind::Call { args, .. } => args.iter().collect(),
        }
    }
}

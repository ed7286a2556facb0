//! Finds the layout for a kind of slide: by type, by name, by its places, and at last any.

use super::base::{Area, Base, Holder, Layout};

/// What a slide needs of a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Title,
    Section,
    Content,
    TwoColumns,
    Table,
    Chart,
    Quote,
    Closing,
}

impl Wanted {
    /// Values of a layout's `type` that serve, best first.
    fn types(self) -> &'static [&'static str] {
        match self {
            Self::Title => &["title"],
            Self::Section => &["secHead"],
            Self::Content => &["obj", "tx"],
            Self::TwoColumns => &["twoTxTwoObj", "twoObj", "twoColTx"],
            Self::Table => &["tbl", "obj", "titleOnly"],
            Self::Chart => &["chart", "obj", "titleOnly"],
            Self::Quote | Self::Closing => &[],
        }
    }

    /// Parts of a layout's name, lower case, that serve where the types do not say.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Title => &["标题幻灯片", "封面", "title slide", "cover"],
            Self::Section => &["节标题", "章节", "过渡", "section"],
            Self::Content => &[
                "标题和内容",
                "内容页",
                "正文",
                "title and content",
                "content",
            ],
            Self::TwoColumns => &["比较", "两栏", "两栏内容", "comparison", "two content"],
            Self::Table => &["表格", "标题和内容", "table", "title and content"],
            Self::Chart => &["图表", "标题和内容", "chart", "title and content"],
            Self::Quote => &["引用", "引言", "quote"],
            Self::Closing => &["结束", "致谢", "封底", "closing", "thank", "end slide"],
        }
    }

    /// True when a layout has the places that this slide fills.
    fn is_served_by(self, layout: &Layout) -> bool {
        let bodies = bodies(layout).len();
        match self {
            Self::Title => layout
                .holders
                .iter()
                .any(|holder| holder.kind == "ctrTitle"),
            Self::Section => has_title(layout),
            Self::Content | Self::Closing | Self::Quote => has_title(layout) && bodies == 1,
            Self::TwoColumns => has_title(layout) && columns(layout).is_some(),
            Self::Table | Self::Chart => has_title(layout) && bodies <= 1,
        }
    }
}

/// Index of the layout for this kind of slide, and whether it is what was wanted.
pub(super) fn layout_for(base: &Base, wanted: Wanted) -> (usize, bool) {
    let layouts = &base.layouts;
    let by_type = wanted.types().iter().find_map(|kind| {
        layouts.iter().position(|layout| {
            layout.kind == *kind && (!needs_columns(wanted) || columns(layout).is_some())
        })
    });
    let by_name = || {
        wanted.names().iter().find_map(|name| {
            layouts.iter().position(|layout| {
                layout.name.to_lowercase().contains(name) && wanted.is_served_by(layout)
            })
        })
    };
    if let Some(index) = by_type.or_else(by_name) {
        return (index, true);
    }
    let fallback = match wanted {
        Wanted::Section => layout_for(base, Wanted::Title).0,
        // Text of two columns goes into one list.
        Wanted::TwoColumns | Wanted::Quote | Wanted::Closing => layout_for(base, Wanted::Content).0,
        Wanted::Title | Wanted::Content | Wanted::Table | Wanted::Chart => layouts
            .iter()
            .position(|layout| wanted.is_served_by(layout))
            .or_else(|| layouts.iter().position(has_title))
            .unwrap_or(0),
    };
    // A quotation or a closing page on the usual content layout is no loss worth a warning.
    let is_usual = matches!(wanted, Wanted::Quote | Wanted::Closing);
    (fallback, is_usual)
}

fn needs_columns(wanted: Wanted) -> bool {
    wanted == Wanted::TwoColumns
}

fn has_title(layout: &Layout) -> bool {
    title(layout).is_some()
}

/// The title's place.
pub(super) fn title(layout: &Layout) -> Option<&Holder> {
    layout.holders.iter().find(|holder| holder.is_title())
}

/// Places for running text, largest first.
pub(super) fn bodies(layout: &Layout) -> Vec<&Holder> {
    let mut bodies: Vec<&Holder> = layout
        .holders
        .iter()
        .filter(|holder| holder.is_body())
        .collect();
    bodies.sort_by_key(|holder| std::cmp::Reverse(holder.area.width * holder.area.height));
    bodies
}

/// The place for a table or chart: one of its own kind, else the largest that takes content.
pub(super) fn frame<'l>(layout: &'l Layout, kind: &str) -> Option<&'l Holder> {
    layout
        .holders
        .iter()
        .find(|holder| holder.kind == kind)
        .or_else(|| {
            let mut open: Vec<&Holder> = layout
                .holders
                .iter()
                .filter(|holder| holder.kind == "obj")
                .collect();
            open.sort_by_key(|holder| std::cmp::Reverse(holder.area.width * holder.area.height));
            open.first().copied()
        })
}

/// Two lists beside each other with their headings where the layout has them: left, right.
pub(super) type Columns<'l> = [(Option<&'l Holder>, &'l Holder); 2];

/// The two columns of a layout.
pub(super) fn columns(layout: &Layout) -> Option<Columns<'_>> {
    let lists = bodies(layout);
    let (first, second) = (*lists.first()?, *lists.get(1)?);
    let (left, right) = if first.area.x <= second.area.x {
        (first, second)
    } else {
        (second, first)
    };
    // Beside each other and about equal, not a list with a caption below.
    let is_beside = left.area.x + left.area.width <= right.area.x + right.area.width / 10;
    let is_equal = second.area.height * 2 > first.area.height;
    if !is_beside || !is_equal {
        return None;
    }
    let heading = |list: &Holder| {
        layout.holders.iter().find(|holder| {
            holder.kind == "body"
                && holder.area.height * 3 < list.area.height
                && (holder.area.x - list.area.x).abs() < list.area.width / 4
                && holder.area.y < list.area.y
        })
    };
    Some([(heading(left), left), (heading(right), right)])
}

/// Where content goes on a layout that has no place for it: below the title, inside usual margins.
pub(super) fn free_area(base: &Base, layout: &Layout) -> Area {
    let margin = base.width * 6 / 100;
    let top = title(layout).map_or(base.height * 22 / 100, |title| {
        (title.area.y + title.area.height).min(base.height * 45 / 100) + base.height * 2 / 100
    });
    let bottom = layout
        .holders
        .iter()
        .filter(|holder| matches!(holder.kind.as_str(), "ftr" | "sldNum" | "dt"))
        .map(|holder| holder.area.y)
        .filter(|y| *y > base.height * 3 / 4)
        .min()
        .unwrap_or(base.height * 94 / 100);
    Area {
        x: margin,
        y: top,
        width: base.width - 2 * margin,
        height: (bottom - top - base.height / 100).max(base.height / 10),
    }
}

/// Where a title goes on a layout without one.
pub(super) fn free_title(base: &Base) -> Area {
    let margin = base.width * 6 / 100;
    Area {
        x: margin,
        y: base.height * 6 / 100,
        width: base.width - 2 * margin,
        height: base.height * 13 / 100,
    }
}

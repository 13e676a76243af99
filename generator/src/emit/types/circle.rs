//! Models that hold themselves: where a box is needed.

use super::model::{Model, ModelId, ModelKind};

/// Puts into a box what would make a model hold itself.
pub(super) fn break_circles(models: &mut [Model]) {
    let edges: Vec<Vec<usize>> = models.iter().map(direct).collect();
    let circle = circles(&edges);
    for (index, model) in models.iter_mut().enumerate() {
        let ModelKind::Struct { fields, .. } = &mut model.kind else { continue };
        for field in fields {
            if field.ty.direct().is_some_and(|ModelId(other)| circle[other] == circle[index]) {
                field.ty.boxed();
            }
        }
    }
}

fn direct(model: &Model) -> Vec<usize> {
    match &model.kind {
        ModelKind::Struct { fields, .. } => {
            fields.iter().filter_map(|field| field.ty.direct()).map(|ModelId(index)| index).collect()
        }
        ModelKind::OneOf(_) => Vec::new(),
    }
}

/// A number for each node, the same for those that reach each other (Kosaraju's algorithm). A node that no circle holds
/// has a number of its own, which is harmless unless it has an edge to itself, and then it is a circle.
fn circles(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(edges.len());
    let mut seen = vec![false; edges.len()];
    for start in 0..edges.len() {
        let mut stack = vec![(start, 0)];
        while let Some((node, next)) = stack.pop() {
            if next == 0 && std::mem::replace(&mut seen[node], true) {
                continue;
            }
            match edges[node].get(next) {
                Some(&other) => {
                    stack.push((node, next + 1));
                    if !seen[other] {
                        stack.push((other, 0));
                    }
                }
                None => order.push(node),
            }
        }
    }
    let mut reversed = vec![Vec::new(); edges.len()];
    for (from, targets) in edges.iter().enumerate() {
        for &to in targets {
            reversed[to].push(from);
        }
    }
    let mut number = vec![usize::MAX; edges.len()];
    for &start in order.iter().rev() {
        let mut stack = vec![start];
        while let Some(node) = stack.pop() {
            if number[node] == usize::MAX {
                number[node] = start;
                stack.extend(reversed[node].iter().filter(|&&other| number[other] == usize::MAX));
            }
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_that_reach_each_other_share_a_number() {
        // Edges of each node, then the groups.
        let cases: [(&[&[usize]], &[&[usize]]); 4] = [
            (&[&[], &[]], &[&[0], &[1]]),
            (&[&[0]], &[&[0]]),
            (&[&[1], &[2], &[0], &[0]], &[&[0, 1, 2], &[3]]),
            (&[&[1], &[2, 0], &[3], &[2], &[1]], &[&[0, 1], &[2, 3], &[4]]),
        ];
        for (edges, groups) in cases {
            let numbers = circles(&edges.iter().map(|edges| edges.to_vec()).collect::<Vec<_>>());
            for (index, group) in groups.iter().enumerate() {
                assert!(group.iter().all(|node| numbers[*node] == numbers[group[0]]), "{edges:?}");
                assert!(groups[..index].iter().all(|other| numbers[other[0]] != numbers[group[0]]), "{edges:?}");
            }
        }
    }
}

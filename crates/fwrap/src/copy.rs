//! Copies between strided arrays of any rank: which dimensions to walk in which order.
//!
//! Dimensions of extent 1 are dropped, those that continue one another on both sides are joined, and the innermost
//! loop runs along the smallest stride of the destination. Where the source has its smallest stride in another
//! dimension, the two are walked in strips (see [`tile`](crate::tile)).

use std::ptr::NonNull;

use crate::buffer::Buffer;
use crate::layout::{MAX_RANK, Strided};
use crate::tile::{Plane, copy_plane};

/// A contiguous column-major copy of an array.
///
/// # Safety
/// The array is valid for reads.
#[inline(never)]
pub(crate) unsafe fn gather(origin: &Strided) -> Buffer {
    let buffer = Buffer::new(origin.count(), origin.element_size, false);
    let plan = Plan::new(origin, Side::Source);
    // SAFETY: the buffer has room for every element; the array is the caller's promise.
    unsafe { plan.run(buffer.pointer().as_ptr(), origin.pointer.as_ptr()) };
    buffer
}

/// Writes a contiguous column-major copy back into its array.
///
/// # Safety
/// The array is valid for writes and does not overlap the copy, which has as many elements.
#[inline(never)]
pub(crate) unsafe fn scatter(origin: &Strided, copy: NonNull<u8>) {
    let plan = Plan::new(origin, Side::Destination);
    // SAFETY: the caller's promise.
    unsafe { plan.run(origin.pointer.as_ptr(), copy.as_ptr()) };
}

/// Which side of a copy the strided array is on; the other is contiguous.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Source,
    Destination,
}

/// A dimension of a copy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Dimension {
    extent: usize,
    /// Bytes from one element to the next, in the destination and in the source.
    to: isize,
    from: isize,
}

/// The dimensions of a copy, innermost first.
#[derive(Debug)]
struct Plan {
    element_size: usize,
    rank: usize,
    dimensions: [Dimension; MAX_RANK],
    /// Whether some extent is 0.
    empty: bool,
}

impl Plan {
    fn new(origin: &Strided, side: Side) -> Self {
        let mut plan = Plan {
            element_size: origin.element_size,
            rank: 0,
            dimensions: [Dimension::default(); MAX_RANK],
            empty: origin.extents[..origin.rank].contains(&0),
        };
        let mut dense = origin.element_size as isize;
        for (&extent, &stride) in origin.extents[..origin.rank].iter().zip(&origin.strides) {
            if extent != 1 {
                let (to, from) = if side == Side::Source { (dense, stride) } else { (stride, dense) };
                plan.dimensions[plan.rank] = Dimension { extent, to, from };
                plan.rank += 1;
            }
            dense = dense.wrapping_mul(extent as isize);
        }
        plan.dimensions[..plan.rank].sort_by_key(|d| (d.to.unsigned_abs(), d.from.unsigned_abs()));
        plan.join();
        plan
    }

    /// Joins dimensions that continue one another on both sides.
    fn join(&mut self) {
        let mut last = 0;
        for d in 1..self.rank {
            let (inner, outer) = (self.dimensions[last], self.dimensions[d]);
            let extent = inner.extent as isize;
            if inner.to.wrapping_mul(extent) == outer.to && inner.from.wrapping_mul(extent) == outer.from {
                self.dimensions[last].extent = inner.extent.wrapping_mul(outer.extent);
            } else {
                last += 1;
                self.dimensions[last] = outer;
            }
        }
        self.rank = self.rank.min(last + 1);
    }

    /// Copies every element.
    ///
    /// # Safety
    /// Both sides are valid for the elements that the plan reaches, and do not overlap.
    unsafe fn run(mut self, to: *mut u8, from: *const u8) {
        if self.empty {
            return;
        }
        let single = Dimension { extent: 1, to: 0, from: 0 };
        // The plane: the dimension of the smallest stride on either side; one row if they are the same.
        let row = if self.rank == 0 { single } else { self.dimensions[0] };
        let nearest = (0..self.rank).min_by_key(|&d| self.dimensions[d].from.unsigned_abs()).unwrap_or(0);
        let columns = if nearest == 0 { single } else { self.dimensions[nearest] };
        if nearest != 0 {
            self.dimensions.copy_within(nearest + 1..self.rank, nearest);
            self.rank -= 1;
        }
        let plane = Plane {
            element_size: self.element_size,
            extents: [row.extent, columns.extent],
            to: [row.to, columns.to],
            from: [row.from, columns.from],
        };
        let outer = self.dimensions.get(1..self.rank).unwrap_or(&[]);
        let mut index = [0_usize; MAX_RANK];
        let (mut to_offset, mut from_offset) = (0_isize, 0_isize);
        loop {
            // SAFETY: the offsets are those of an element of the destination.
            let to = unsafe { to.offset(to_offset) };
            // SAFETY: the offsets are those of an element of the source.
            let from = unsafe { from.offset(from_offset) };
            // SAFETY: the plane reaches elements of both sides only.
            unsafe { copy_plane(&plane, to, from) };
            // The next index, as an odometer counts.
            let mut d = 0;
            loop {
                let Some(dimension) = outer.get(d) else { return };
                index[d] += 1;
                to_offset = to_offset.wrapping_add(dimension.to);
                from_offset = from_offset.wrapping_add(dimension.from);
                if index[d] < dimension.extent {
                    break;
                }
                let extent = dimension.extent as isize;
                to_offset = to_offset.wrapping_sub(dimension.to.wrapping_mul(extent));
                from_offset = from_offset.wrapping_sub(dimension.from.wrapping_mul(extent));
                index[d] = 0;
                d += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_complex::Complex;
    use proptest::prelude::*;

    use crate::element::Element;
    use crate::view::View;
    use crate::view_mut::ViewMut;

    fn plan(extents: &[usize], strides: &[isize]) -> Vec<Dimension> {
        let plan = Plan::new(&Strided::new(NonNull::dangling(), 8, extents, strides), Side::Source);
        plan.dimensions[..plan.rank].to_vec()
    }

    #[test]
    fn dimensions_that_continue_one_another_are_joined() {
        assert_eq!(plan(&[2, 3, 4], &[8, 16, 48]), [Dimension { extent: 24, to: 8, from: 8 }]);
        assert_eq!(plan(&[2, 3, 4], &[16, 32, 96]), [Dimension { extent: 24, to: 8, from: 16 }]);
        assert_eq!(
            plan(&[2, 3, 4], &[8, 16, 400]),
            [Dimension { extent: 6, to: 8, from: 8 }, Dimension { extent: 4, to: 48, from: 400 }]
        );
        assert_eq!(plan(&[1, 3, 1], &[5, 8, 9]), [Dimension { extent: 3, to: 8, from: 8 }]);
        assert_eq!(plan(&[1, 1], &[5, 9]), []);
    }

    /// A memory layout: the order of the dimensions from the fastest, and for each a step and a direction.
    #[derive(Debug, Clone)]
    struct Shape<const N: usize> {
        extents: [usize; N],
        order: Vec<usize>,
        steps: [usize; N],
        reversed: [bool; N],
    }

    fn shapes<const N: usize>(longest: usize) -> impl Strategy<Value = Shape<N>> {
        let order = Just((0..N).collect::<Vec<_>>()).prop_shuffle();
        let extents = proptest::array::uniform::<_, N>(0..=longest);
        let steps = proptest::array::uniform::<_, N>(1..=3_usize);
        let reversed = proptest::array::uniform::<_, N>(any::<bool>());
        (extents, order, steps, reversed).prop_map(|(extents, order, steps, reversed)| Shape {
            extents,
            order,
            steps,
            reversed,
        })
    }

    /// Packs and unpacks an array of that shape, comparing element by element with `get`.
    fn round_trip<T: Element, const N: usize>(shape: &Shape<N>, element: impl Fn(usize) -> T) {
        let mut strides = [0_isize; N];
        let (mut room, mut first) = (1_usize, 0_usize);
        for &d in &shape.order {
            let stride = room * shape.steps[d];
            room = stride * shape.extents[d].max(1);
            strides[d] = (stride * size_of::<T>()) as isize;
            if shape.reversed[d] {
                strides[d] = -strides[d];
                first += stride * shape.extents[d].saturating_sub(1);
            }
        }
        let before: Vec<T> = (0..room).map(&element).collect();
        let mut memory = before.clone();
        let pointer = memory.as_mut_ptr().wrapping_add(first);
        // SAFETY: the strides reach elements of `memory` only, which is not used otherwise.
        let mut view = unsafe { ViewMut::<T, N>::from_raw_parts(pointer, shape.extents, strides) };
        let count = view.len();
        let expected: Vec<T> = (0..count).map(|position| at(&view.as_view(), position)).collect();
        let mut packed = view.reborrow().pack();
        // SAFETY: a packed view has as many elements as the view.
        let elements = unsafe { std::slice::from_raw_parts_mut(packed.as_mut_ptr(), count) };
        assert_eq!(elements, expected);
        // What comes back goes to the places it came from, and nowhere else.
        elements.reverse();
        let written = elements.to_vec();
        packed.unpack();
        let found: Vec<T> = (0..count).map(|position| at(&view.as_view(), position)).collect();
        assert_eq!(found, written);
        let mut packed = view.reborrow().pack();
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts_mut(packed.as_mut_ptr(), count) }.copy_from_slice(&expected);
        packed.unpack();
        assert_eq!(memory, before);
    }

    /// The element at a position in column-major order.
    fn at<T: Element, const N: usize>(view: &View<'_, T, N>, mut position: usize) -> T {
        let index = view.extents().map(|extent| {
            let index = position % extent;
            position /= extent;
            index
        });
        view.get(index).unwrap()
    }

    // Miri takes a thousand times as long, more so for larger arrays: it gets fewer and smaller ones.
    const IS_SLOW: bool = cfg!(miri);

    const fn at_most(longest: usize, if_slow: usize) -> usize {
        if IS_SLOW { if_slow } else { longest }
    }

    fn fewer_cases_if_slow() -> ProptestConfig {
        let usual = ProptestConfig::default();
        if IS_SLOW { ProptestConfig { cases: 4, failure_persistence: None, ..usual } } else { usual }
    }

    proptest! {
        #![proptest_config(fewer_cases_if_slow())]

        #[test]
        fn rank_1_round_trips(shape in shapes::<1>(at_most(300, 20))) {
            round_trip(&shape, |i| i as i8);
            round_trip(&shape, |i| i as f64);
        }

        #[test]
        fn rank_2_round_trips(shape in shapes::<2>(at_most(80, 5))) {
            round_trip(&shape, |i| i as i16);
            round_trip(&shape, |i| i as f64);
            round_trip(&shape, |i| Complex::new(i as f64, -1.0));
        }

        #[test]
        fn rank_3_round_trips(shape in shapes::<3>(at_most(12, 3))) {
            round_trip(&shape, |i| i as i32);
            round_trip(&shape, |i| Complex::new(i as f32, 1.0));
        }

        #[test]
        fn rank_5_round_trips(shape in shapes::<5>(at_most(4, 2))) {
            round_trip(&shape, |i| i % 3 == 0);
            round_trip(&shape, |i| i as i64);
        }
    }

    #[test]
    fn power_of_two_rows_round_trip() {
        // The second extent times the size makes strips narrow, the first is longer than one of them.
        let shape = Shape { extents: [at_most(130, 25), 128], order: vec![1, 0], steps: [1, 1], reversed: [false; 2] };
        round_trip(&shape, |i| i as f64);
        if !IS_SLOW {
            let shape = Shape { extents: [67, 1024], order: vec![1, 0], steps: [1, 1], reversed: [false; 2] };
            round_trip(&shape, |i| i as i8);
        }
    }
}

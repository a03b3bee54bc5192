"""What is handed out of pairs that look alike and of images that come again."""

from dataclasses import dataclass

from bench_core.records import CopyCount


@dataclass(frozen=True)
class PairLikeness:
    """How much of a synthetic image is the same as in a training image, after registration.

    Attributes:
        share: of the film, between 0 and 1.
        template: the share that the one changed region has, where all outside of it is the same: a template copy; else None.
        mirrored: the training image was mirrored for it.
    """

    share: float
    template: float | None
    mirrored: bool


@dataclass(frozen=True)
class TemplateCopy:
    """A synthetic image that shows a training image but for one region.

    Attributes:
        outside, inside: correlation of the two, registered and without broad shades, outside and inside of the region.
        region: its top, left, bottom and right edge, as shares of the film without its margins.
    """

    image_id: str
    train_image_id: str
    patient: str | None
    outside: float
    inside: float
    region: tuple[float, ...]

    @property
    def area(self) -> float:
        """Share of the film that the region has."""
        top, left, bottom, right = self.region
        return (bottom - top) * (right - left)


@dataclass(frozen=True)
class TemplateCopies:
    """Template copies of a set.

    Attributes:
        count: how many, and the exact chance of so many of a perfect generator.
        copies: each of them, those whose rest is most alike first.
    """

    count: CopyCount
    copies: tuple[TemplateCopy, ...]

    @property
    def verdict(self) -> str:
        """What was found, in words."""
        told = f"{self.count.expected:.2g} expected of a perfect generator, p = {self.count.chance:.2g}"
        if not self.copies:
            return f"None of {self.count.images:,} images shows a training image outside of one region ({told})."
        films = len({one.train_image_id for one in self.copies})
        shown = f"{films:,} training {'image' if films == 1 else 'images'}"
        return f"{len(self.copies):,} of {self.count.images:,} images show {shown} outside of one region ({told})."


@dataclass(frozen=True)
class ExtractedClique:
    """Near-identical images of one prompt, and the training image that the nearest of them shows.

    Attributes:
        prompt_images: images that the prompt has.
        image_ids: the near-identical ones; `image_id` is the one that is nearest to a training image, `train_image_id`.
        ratio, p_value: of that pair, as on the Memorization page.
        same_patient: how many of the images are nearest to the same patient.
        extracted: nearer than held-out patients come by chance, all cliques considered: the clique shows a training image.
    """

    prompt: str
    prompt_images: int
    image_ids: tuple[str, ...]
    image_id: str
    train_image_id: str
    patient: str | None
    ratio: float
    p_value: float
    same_patient: int
    extracted: bool


@dataclass(frozen=True)
class Extraction:
    """What came again and again in a set, whatever the seed.

    Attributes:
        prompts, images: prompts that have enough images to say, and their images.
        least: images of a clique.
        share: pairs of real films of different patients that chance joins.
    """

    cliques: tuple[ExtractedClique, ...]
    prompts: int
    images: int
    least: int
    share: float

    @property
    def in_cliques(self) -> int:
        """Images that come again and again."""
        return sum(len(clique.image_ids) for clique in self.cliques)

    @property
    def patients(self) -> int:
        """Different training patients (images, where patients are unknown) whom the extracted cliques show."""
        return len({clique.patient or clique.train_image_id for clique in self.cliques if clique.extracted})

    @property
    def verdict(self) -> str:
        """What was found, in words."""
        told = f"{self.in_cliques} of {self.images} images of {self.prompts} prompts come again and again"
        if not self.cliques:
            return f"None of {self.images} images of {self.prompts} prompts comes again in {self.least} or more seeds."
        if not self.patients:
            return f"{told}; no clique lies nearer to a training image than held-out patients do by chance."
        return f"{told}; they show {self.patients} training {'patient' if self.patients == 1 else 'patients'}."

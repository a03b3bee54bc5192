"""What `pip install .` puts where: all but this stands in pyproject.toml.

`app.py`, `pages/` and `.streamlit/` lie at the top of the project, where Streamlit's users look for them. Installed, they lie inside of the
package, in `bench_core/site/`: a top-level `pages` in site-packages would be in the way of others.
"""

import shutil
from pathlib import Path

from setuptools import find_namespace_packages, setup
from setuptools.command.build_py import build_py

SITE = "bench_core.site"


class Build(build_py):
    """Of the top of the project only `app.py`; nothing of an earlier build."""

    def run(self) -> None:
        """Copies all files."""
        if not self.editable_mode:
            shutil.rmtree(Path(self.build_lib) / "bench_core", ignore_errors=True)
        super().run()

    def find_package_modules(self, package: str, package_dir: str) -> list[tuple[str, str, str]]:
        """Package, name and path of each module."""
        found = super().find_package_modules(package, package_dir)
        return [one for one in found if package != SITE or one[1] == "app"]


def files_in(folder: str) -> list[str]:
    """All files below a folder that are no code: weights, tables, films, scripts of pages."""
    root = Path(folder)
    found = [p for p in sorted(root.rglob("*")) if p.is_file() and p.suffix != ".py" and "__pycache__" not in p.parts]
    return [p.relative_to(root).as_posix() for p in found]


def code_in(folder: str) -> list[str]:
    """All folders that hold code, as packages."""
    return [name for name in find_namespace_packages(include=[folder, f"{folder}.*"]) if any(Path(*name.split(".")).glob("*.py"))]


setup(
    packages=[*code_in("bench_core"), SITE, *(f"{SITE}.{name}" for name in code_in("pages"))],
    package_dir={"bench_core": "bench_core", SITE: ".", f"{SITE}.pages": "pages"},
    package_data={"bench_core": files_in("bench_core"), SITE: [".streamlit/config.toml"], f"{SITE}.pages": files_in("pages")},
    include_package_data=False,
    cmdclass={"build_py": Build},
)

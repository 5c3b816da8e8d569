"""Figures drawn from saved numbers, into axes that are given: a module for each system or figure.

Notebooks import the modules themselves: ``from figures.draw import figure_2``.
"""

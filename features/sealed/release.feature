@display @release
Feature: A release firmware
  What the lab drives its boards with must not be in what people get.

  Scenario: It obeys no test command
    Then my code display refuses every test command [CIR2015-1502-2.3.1]
